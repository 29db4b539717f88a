/** `wrpc:rpc/error` `error`: why a call failed, as a guest sees it. */
export class RemoteError {
  readonly #cause: unknown;

  constructor(cause: unknown) {
    this.#cause = cause;
  }

  /** What failed, for this side's own use. */
  get cause(): unknown {
    return this.#cause;
  }

  toDebugString(): string {
    const cause = this.#cause;
    if (!(cause instanceof Error)) return String(cause);
    const code = (cause as { readonly code?: unknown }).code;
    return typeof code === "string" ? `${cause.message} [${code}]` : cause.message;
  }
}
