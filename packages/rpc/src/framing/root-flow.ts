import type { RpcError } from "../errors.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";
import type { Flow } from "./flow.ts";
import { undeclared } from "./path-set.ts";

/**
 * The flow of an invocation without streams and futures: one value each way, of which the whole is needed. Who waits for
 * such a value takes its bytes as they come, so nothing piles up here and reading never pauses; the value's own limit
 * bounds them. It is sent in one go, and nothing is left that could wait for the peer.
 */
export class RootFlow implements Flow, IncomingPath {
  #chunks: Uint8Array[] = [];
  #ended = false;
  #failure: RpcError | undefined;
  #callback: (() => void) | undefined;

  incoming(): IncomingPath {
    return this;
  }

  receive(path: Path, bytes: Uint8Array): void {
    if (path.length > 0) throw undeclared(path);
    if (this.#ended || bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#notify();
  }

  settle(): void {}

  fallBehind(): void {}

  drained(): Promise<void> {
    return Promise.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  discard(): void {
    this.#ended = true;
    this.#chunks = [];
    this.#callback = undefined;
  }

  fail(error: RpcError): void {
    this.#failure = error;
    this.#chunks = [];
    this.end();
  }

  close(): void {}

  get ended(): boolean {
    return this.#ended && this.#failure === undefined && this.#chunks.length === 0;
  }

  get error(): RpcError | undefined {
    return this.#failure;
  }

  read(): Uint8Array | undefined {
    return this.#chunks.shift();
  }

  whenReadable(callback: () => void): void {
    this.#callback = callback;
    if (this.#ended || this.#chunks.length > 0) this.#notify();
  }

  setHungry(): void {}

  #notify(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.();
  }
}
