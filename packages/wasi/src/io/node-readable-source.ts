import type { Readable } from "node:stream";
import type { ByteSource } from "./byte-source.ts";

/** Bytes of a Node stream, which is neither read ahead nor destroyed. */
export class NodeReadableSource implements ByteSource {
  readonly #readable: Readable;
  readonly #isShared: boolean;
  #waiting: ((end?: Error) => void) | undefined;
  #cancelled = false;

  /** @param isShared the stream keeps the process alive only while somebody waits for it, as `process.stdin` must */
  constructor(readable: Readable, isShared = false) {
    this.#readable = readable;
    this.#isShared = isShared;
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const readable = this.#readable;
    if (this.#cancelled) return undefined;
    const chunk: unknown = readable.read();
    if (chunk !== null) return toBytes(chunk);
    if (readable.errored !== null) throw readable.errored;
    if (readable.readableEnded || readable.destroyed) return undefined;
    return this.#wait();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#waiting?.();
  }

  /** The next chunk, once there is one, or the end. */
  #wait(): Promise<Uint8Array | undefined> {
    const readable = this.#readable;
    if (this.#isShared) setReferenced(readable, true);
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        readable.off("readable", look).off("end", look).off("close", look).off("error", fail);
        this.#waiting = undefined;
        if (this.#isShared) setReferenced(readable, false);
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
      };
      const look = (): void => {
        const chunk: unknown = this.#cancelled ? null : readable.read();
        if (chunk === null && !this.#cancelled && !readable.readableEnded && !readable.destroyed) return;
        finish();
        try {
          resolve(chunk === null ? undefined : toBytes(chunk));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting = look;
      readable.on("readable", look).on("end", look).on("close", look).on("error", fail);
    });
  }
}

/** A stream with an encoding gives text. */
function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  throw new TypeError("a Node stream of objects cannot be read as bytes");
}

function setReferenced(readable: Readable, referenced: boolean): void {
  const handle = readable as Partial<Record<"ref" | "unref", () => void>>;
  if (referenced) handle.ref?.();
  else handle.unref?.();
}
