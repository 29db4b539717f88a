import type { OutgoingMessage } from "node:http";
import { sync, WitError } from "@witwire/wit/values";
import { IoError } from "../io/io-error.ts";
import { OutputPipe } from "../io/output-pipe.ts";
import { OutputStream } from "../io/output-stream.ts";
import { lastOperationFailed } from "../io/stream-error.ts";
import type { Scope } from "../scope.ts";
import { BodySink } from "./body-sink.ts";
import type { ErrorCode } from "./error-code.ts";
import type { Fields } from "./fields.ts";

type BodySizeCode = "HTTP-request-body-size" | "HTTP-response-body-size";

/**
 * `wasi:http/types` `outgoing-body`. `open` until it is finished, or dropped, which breaks the connection: the other side
 * must not take what it got for the whole.
 */
export class OutgoingBody implements Disposable {
  readonly #scope: Scope;
  readonly #sink: BodySink;
  readonly #pipe: BodyPipe;
  #state: "open" | "finished" | "dropped" = "open";
  #stream: "available" | "in use" | "dropped" = "available";

  /**
   * @param length bytes that the head says it has
   * @param size the code for another number of bytes
   * @throws WasiLimitError where the guest has too many streams
   */
  constructor(scope: Scope, length: bigint | undefined, size: BodySizeCode) {
    this.#scope = scope;
    this.#sink = new BodySink(scope.limits.maxBufferedBytes);
    this.#pipe = new BodyPipe(this.#sink, scope.limits.maxBufferedBytes, length, size);
    scope.add("streams", this);
  }

  /** The stream, once. */
  write(): OutputStream {
    if (this.#stream !== "available") throw new WitError(undefined);
    const onDrop = (): void => {
      this.#stream = "dropped";
    };
    const stream = new OutputStream(this.#pipe, { scope: this.#scope, onDrop }, true);
    this.#stream = "in use";
    return stream;
  }

  /** @throws Error where the stream has not been dropped, which is a trap */
  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    if (body.#stream === "in use") throw new Error("a body was finished while its stream is in use");
    if (body.#state !== "open") return;
    const wrong = body.#pipe.wrongSize();
    if (wrong !== undefined) {
      body[Symbol.dispose]();
      throw new WitError<ErrorCode>(wrong);
    }
    body.#state = "finished";
    body.#scope.delete("streams", body);
    body.#sink.trailers = trailers;
    body.#pipe.end();
  }

  [Symbol.dispose](): void {
    if (this.#state !== "open") return;
    this.#state = "dropped";
    this.#scope.delete("streams", this);
    this.#sink.abort();
    this.#pipe.abort();
  }

  /** Sends the body with a message whose head is known. */
  static attach(body: OutgoingBody, message: OutgoingMessage): void {
    body.#sink.attach(message);
  }

  /** Whether nothing more of it comes from the guest. */
  static isFinished(body: OutgoingBody): boolean {
    return body.#state === "finished";
  }

  static {
    for (const method of [OutgoingBody.finish, OutgoingBody.prototype.write]) sync(method);
  }
}

/** Counts what is written where the head says how much it is. */
class BodyPipe extends OutputPipe {
  readonly #length: bigint | undefined;
  readonly #size: BodySizeCode;
  #written = 0n;

  constructor(sink: BodySink, capacity: number, length: bigint | undefined, size: BodySizeCode) {
    super(sink, capacity);
    this.#length = length;
    this.#size = size;
  }

  override write(bytes: Uint8Array): void {
    this.#written += BigInt(bytes.length);
    if (this.#length !== undefined && this.#written > this.#length) {
      const http: ErrorCode = { tag: this.#size, val: this.#written };
      throw lastOperationFailed(new IoError("the body is longer than its content-length", { http }));
    }
    super.write(bytes);
  }

  wrongSize(): ErrorCode | undefined {
    const isRight = this.#length === undefined || this.#length === this.#written;
    return isRight ? undefined : { tag: this.#size, val: this.#written };
  }
}
