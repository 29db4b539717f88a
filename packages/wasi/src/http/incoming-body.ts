import type { IncomingMessage } from "node:http";
import { sync, WitError } from "@witwire/wit/values";
import { InputPipe } from "../io/input-pipe.ts";
import { InputStream } from "../io/input-stream.ts";
import type { Scope } from "../scope.ts";
import { FutureTrailers } from "./future-trailers.ts";
import { abandon, MessageSource } from "./message-source.ts";

/** `wasi:http/types` `incoming-body`: bytes are taken from the network only as the guest reads them. */
export class IncomingBody implements Disposable {
  readonly #scope: Scope;
  readonly #message: IncomingMessage;
  readonly #timeout: number;
  #state: "open" | "finished" | "dropped" = "open";
  #stream: "available" | "in use" | "dropped" = "available";

  /** @param timeout milliseconds between two pieces */
  constructor(scope: Scope, message: IncomingMessage, timeout: number) {
    this.#scope = scope;
    this.#message = message;
    this.#timeout = timeout;
  }

  /** The stream, once. */
  stream(): InputStream {
    if (this.#stream !== "available") throw new WitError(undefined);
    const pipe = new InputPipe(new MessageSource(this.#message, this.#timeout));
    const onDrop = (): void => {
      this.#stream = "dropped";
    };
    const stream = new InputStream(pipe, { scope: this.#scope, onDrop });
    this.#stream = "in use";
    return stream;
  }

  /**
   * The trailers, behind what is left of the body, which is thrown away.
   *
   * @throws Error where the stream has not been dropped, which is a trap
   */
  static finish(body: IncomingBody): FutureTrailers {
    if (body.#stream === "in use") throw new Error("a body was finished while its stream is in use");
    const trailers = new FutureTrailers(body.#scope, body.#message);
    body.#state = "finished";
    return trailers;
  }

  [Symbol.dispose](): void {
    if (this.#state !== "open") return;
    this.#state = "dropped";
    abandon(this.#message);
  }

  static {
    for (const method of [IncomingBody.finish, IncomingBody.prototype.stream]) sync(method);
  }
}
