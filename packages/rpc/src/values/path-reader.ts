import { DecodeError, Reader } from "@witwire/codec";
import { releaseMemory } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";

/** Decoding of the bytes of one path, which may hold several values one after the other. */
export class PathReader {
  readonly path: Path;
  readonly incoming: IncomingPath;
  #reader: Reader;

  constructor(incoming: IncomingPath, path: Path, limits: Limits) {
    this.incoming = incoming;
    this.path = [...path];
    this.#reader = new Reader(undefined, limits);
  }

  get reader(): Reader {
    return this.#reader;
  }

  /** Moves one received piece into the reader. `false` when there is none now. */
  fill(): boolean {
    const bytes = this.incoming.read();
    if (bytes === undefined) return false;
    const { buffer, remaining } = this.#reader;
    this.#reader.feed(bytes);
    if (remaining > 0) {
      // They were joined in other memory.
      releaseMemory(buffer.buffer, remaining);
      releaseMemory(bytes.buffer, bytes.length);
    }
    return true;
  }

  /** Why no more will come, as far as that is known: an error of the transport, or the end before the value was complete. */
  cutOff(what: string): RpcError | undefined {
    if (this.incoming.error !== undefined) return this.incoming.error;
    if (!this.incoming.ended) return undefined;
    return new RpcError(
      "unknown",
      `the peer ended the call before the ${what} on path [${this.path.join()}] was complete`,
    );
  }

  /** A decoder's error as the failure of the call. */
  malformed(error: unknown): RpcError {
    if (!(error instanceof DecodeError)) return RpcError.from(error, "protocol");
    const where = this.path.length === 0 ? "the root" : `path [${this.path.join()}]`;
    const code = error.kind === "limit" ? "resource-exhausted" : "protocol";
    return new RpcError(code, `bad value on ${where}: ${error.message}`, { cause: error });
  }

  /** Nothing more is wanted of the path. Its last bytes are let go of too: applications may keep what they have read from. */
  discard(): void {
    this.incoming.discard();
    this.#reader = new Reader(undefined, this.#reader.limits);
  }
}
