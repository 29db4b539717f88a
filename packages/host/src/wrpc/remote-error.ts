import { RpcError } from "@witwire/rpc";
import { sync, WitError } from "@witwire/wit/values";

/** `wrpc:rpc/error` `error`: why a call failed, as a guest sees it. */
export class RemoteError {
  readonly #cause: unknown;

  constructor(cause: unknown) {
    this.#cause = cause;
  }

  /** The failed call behind an error of `wasi:io`. @throws WitError giving back what is none */
  static fromIoError(error: object): RemoteError {
    const { cause } = error as { readonly cause?: unknown };
    if (cause instanceof RpcError) return new RemoteError(cause);
    throw new WitError(error);
  }

  toDebugString(): string {
    const cause = this.#cause;
    if (!(cause instanceof Error)) return String(cause);
    const code = (cause as { readonly code?: unknown }).code;
    return typeof code === "string" ? `${cause.message} [${code}]` : cause.message;
  }

  static {
    sync(RemoteError.fromIoError);
    sync(RemoteError.prototype.toDebugString);
  }
}
