import type { IncomingMessage } from "node:http";
import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import type { Scope } from "../scope.ts";
import { Fields } from "./fields.ts";
import { abandon, bodyErrorCode } from "./message-source.ts";
import { SingleAnswer, type Taken } from "./single-answer.ts";

/** `wasi:http/types` `future-trailers`: what comes behind a body, and whether all of it came. */
export class FutureTrailers implements Disposable {
  readonly #scope: Scope;
  readonly #message: IncomingMessage;
  readonly #answer = new SingleAnswer<Fields | undefined>();

  /** Throws away what is left of the message's body. */
  constructor(scope: Scope, message: IncomingMessage) {
    this.#scope = scope;
    this.#message = message;
    if (message.readableEnded || message.destroyed) {
      this.#settle();
      return;
    }
    message.on("error", () => {}).once("end", () => this.#settle());
    message.once("close", () => this.#settle());
    message.resume();
  }

  get(): Taken<Fields | undefined> | undefined {
    return this.#answer.take();
  }

  subscribe(): Pollable {
    return new Pollable(this.#scope, this.#answer);
  }

  [Symbol.dispose](): void {
    if (!this.#answer.isReady()) abandon(this.#message);
  }

  #settle(): void {
    if (this.#answer.isReady()) return;
    const { complete, rawTrailers, errored } = this.#message;
    if (complete) {
      const trailers = rawTrailers.length === 0 ? undefined : Fields.received(rawTrailers);
      this.#answer.settle({ tag: "ok", val: trailers });
    } else this.#answer.settle({ tag: "err", val: bodyErrorCode(this.#message, errored) });
  }

  static {
    for (const method of [FutureTrailers.prototype.get, FutureTrailers.prototype.subscribe]) sync(method);
  }
}
