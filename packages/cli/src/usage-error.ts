/** Something that the person at the keyboard can put right: one sentence, perhaps with the place that it is about. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  /** Lines that show the place, for a monospaced font. */
  readonly frame: string | undefined;

  constructor(message: string, frame?: string) {
    super(message);
    this.frame = frame;
  }
}
