import type { IncomingMessage } from "node:http";
import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import { type Waitable, Waiters } from "../io/waitable.ts";
import type { Scope } from "../scope.ts";
import type { ErrorCode } from "./error-code.ts";
import { Fields } from "./fields.ts";
import { abandon, bodyErrorCode } from "./message-source.ts";

type Outcome =
  | { readonly tag: "ok"; readonly val: Fields | undefined }
  | { readonly tag: "err"; readonly val: ErrorCode };

/** `wasi:http/types` `future-trailers`: what comes behind a body, and whether all of it came. */
export class FutureTrailers implements Disposable, Waitable {
  readonly #scope: Scope;
  readonly #message: IncomingMessage;
  readonly #waiters = new Waiters();
  #outcome: Outcome | undefined;
  #taken = false;

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

  /** The answer, once: nothing before it is there, and an error for who asks again. */
  get(): { readonly tag: "ok"; readonly val: Outcome } | { readonly tag: "err"; readonly val: undefined } | undefined {
    if (this.#outcome === undefined) return undefined;
    if (this.#taken) return { tag: "err", val: undefined };
    this.#taken = true;
    return { tag: "ok", val: this.#outcome };
  }

  subscribe(): Pollable {
    return new Pollable(this.#scope, this);
  }

  isReady(): boolean {
    return this.#outcome !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  [Symbol.dispose](): void {
    if (this.#outcome === undefined) abandon(this.#message);
  }

  #settle(): void {
    const { complete, rawTrailers, errored } = this.#message;
    if (complete) {
      this.#outcome ??= { tag: "ok", val: rawTrailers.length === 0 ? undefined : Fields.received(rawTrailers) };
    } else {
      this.#outcome ??= { tag: "err", val: bodyErrorCode(this.#message, errored) };
    }
    this.#waiters.wake();
  }

  static {
    for (const method of [FutureTrailers.prototype.get, FutureTrailers.prototype.subscribe]) sync(method);
  }
}
