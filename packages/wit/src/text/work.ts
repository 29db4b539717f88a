/**
 * Counts what the parser and the resolver visit: characters read, tokens taken, graph edges followed, items written.
 * Tests assert on this number that work grows with the size of the input and no faster; timings would be noise.
 *
 * The same counter holds the budget of model items, so that a small text cannot grow into an unbounded model.
 */
export class Work {
  /** Units of work so far. */
  visited = 0;
  /** Items of the model so far. */
  items = 0;
}
