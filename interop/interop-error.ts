/** The suite cannot go on. The message says what to do about it. */
export class InteropError extends Error {
  override readonly name: string = "InteropError";
}
