/** A program by others that can take the part of ours: `<program> serve <address>` and `<program> hello <address>`. */
export interface PeerProgram {
  /** The language, for the transcript. */
  readonly name: string;
  readonly program: string;
}
