import type { Readable, Writable } from "node:stream";
import { type Duplex, type DuplexEvents, isRpcError, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";

/** A byte stream that comes from one stream of Node and goes to another, such as the two ends of a pipe. */
export class StreamDuplex implements Duplex {
  readonly peer: Peer;
  onDrain: (() => void) | undefined;
  readonly #input: Readable;
  readonly #output: Writable;
  #events: DuplexEvents | undefined;
  #inputEnded = false;
  #outputEnded = false;
  #over = false;

  constructor(input: Readable, output: Writable, peer: Peer) {
    this.#input = input;
    this.#output = output;
    this.peer = peer;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    this.#input.on("data", (bytes: Buffer) => this.#events?.data(plainBytes(bytes)));
    this.#input.on("end", () => {
      this.#inputEnded = true;
      this.#events?.end();
    });
    this.#input.on("error", (error) => this.#fail(error));
    this.#input.on("close", () => {
      if (!this.#inputEnded) this.#fail(new Error("the stream was closed"));
    });
    this.#output.on("finish", () => this.#events?.flushed());
    this.#output.on("drain", () => this.onDrain?.());
    this.#output.on("error", (error) => this.#fail(error));
    this.#output.on("close", () => {
      if (!this.#outputEnded) this.#fail(new Error("the stream was closed"));
    });
  }

  pause(): void {
    this.#input.pause();
  }

  resume(): void {
    this.#input.resume();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#over || this.#outputEnded) return true;
    this.#output.cork();
    for (const chunk of chunks) this.#output.write(chunk);
    process.nextTick(() => this.#output.uncork());
    return !this.#output.writableNeedDrain;
  }

  end(): void {
    if (this.#over || this.#outputEnded) return;
    this.#outputEnded = true;
    this.#output.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events = undefined;
    this.#input.destroy();
    this.#output.destroy();
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const where = this.peer.address ?? this.peer.transport;
    const reason = isRpcError(error)
      ? error
      : new RpcError("unknown", `${where} broke: ${error.message}`, { cause: error });
    this.#events?.error(reason);
    this.#events = undefined;
    this.#input.destroy();
    this.#output.destroy();
  }
}

/** The same bytes without Node's `Buffer` around them. */
function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
