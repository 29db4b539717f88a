import { sync } from "@witwire/wit/values";

/** What other interfaces can learn about an error of a stream. */
export interface IoErrorDetails {
  /** Answer of `wasi:filesystem/types` `filesystem-error-code`. */
  readonly filesystem?: string;
  /** Answer of `wasi:http/types` `http-error-code`. */
  readonly http?: unknown;
  /** Answer of `wasi:sockets/network` `network-error-code`. */
  readonly network?: string;
}

/**
 * `wasi:io/error` `error`: why a stream failed. Sources and destinations throw it to say something to the guest; the text
 * is shown to the guest, so it must tell nothing of the host, such as where its files are.
 */
export class IoError extends Error {
  override readonly name: string = "IoError";
  readonly details: IoErrorDetails;

  /** @param cause for the host; the guest is not shown it */
  constructor(message: string, details: IoErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.details = details;
  }

  /** The error as it is; of any other one the guest learns no more than Node's code for it, such as `ECONNRESET`. */
  static from(error: unknown): IoError {
    if (error instanceof IoError) return error;
    const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    return new IoError(typeof code === "string" ? `the stream failed: ${code}` : "the stream failed", {}, error);
  }

  toDebugString(): string {
    return this.message;
  }

  static {
    sync(IoError.prototype.toDebugString);
  }
}
