import type { IncomingMessage } from "node:http";
import { sync, WitError } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { Fields } from "./fields.ts";
import { IncomingBody } from "./incoming-body.ts";
import { abandon } from "./message-source.ts";

/** `wasi:http/types` `incoming-response`. */
export class IncomingResponse implements Disposable {
  readonly #scope: Scope;
  readonly #message: IncomingMessage;
  readonly #timeout: number;
  readonly #headers: Fields;
  #consumed = false;

  /** @param timeout milliseconds between two pieces of the body */
  constructor(scope: Scope, message: IncomingMessage, timeout: number) {
    this.#scope = scope;
    this.#message = message;
    this.#timeout = timeout;
    this.#headers = Fields.received(message.rawHeaders);
  }

  status(): number {
    return this.#message.statusCode ?? 0;
  }

  headers(): Fields {
    return this.#headers.frozen();
  }

  /** The body, once. */
  consume(): IncomingBody {
    if (this.#consumed) throw new WitError(undefined);
    this.#consumed = true;
    return new IncomingBody(this.#scope, this.#message, this.#timeout);
  }

  [Symbol.dispose](): void {
    if (!this.#consumed) abandon(this.#message);
  }

  static {
    const { status, headers, consume } = IncomingResponse.prototype;
    for (const method of [status, headers, consume]) sync(method);
  }
}
