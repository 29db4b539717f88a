/** A function and its values, by which one implementation calls the other. Peers read rows as JSON. */
export type Row = ValueRow | FilledRow | ScriptRow;

interface Named {
  /** Interface, function and label: `scalars/echo-u16/max`. Unique. */
  readonly row: string;
  /** Short name, without package; empty for root functions. */
  readonly interface: string;
}

/** One call. Streams are written as lists, and futures as the values that they resolve to. */
export interface ValueRow extends Named {
  readonly function: string;
  /** The arguments as WAVE text, in parentheses. */
  readonly params: string;
  /** The result as WAVE text; empty where the function has none. */
  readonly result: string;
}

/** One call with a long byte stream, whose byte `i` is `i % 251`. What it returns follows from the function. */
export interface FilledRow extends Named {
  readonly function: string;
  readonly fill: number;
}

/** Several calls, which every peer has as code under this name. */
export interface ScriptRow extends Named {
  readonly script: string;
}
