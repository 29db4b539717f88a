import type { IncomingMessage } from "node:http";
import { sync, WitError } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { Fields } from "./fields.ts";
import { IncomingBody } from "./incoming-body.ts";
import { type Method, methodOf } from "./method.ts";
import type { Scheme } from "./target.ts";

/** `wasi:http/types` `incoming-request`. */
export class IncomingRequest {
  readonly #scope: Scope;
  readonly #message: IncomingMessage;
  readonly #timeout: number;
  readonly #headers: Fields;
  readonly #scheme: Scheme;
  readonly #target: { readonly pathWithQuery: string | undefined; readonly authority: string | undefined };
  #consumed = false;

  /** @param timeout milliseconds between two pieces of the body */
  constructor(scope: Scope, message: IncomingMessage, timeout: number) {
    this.#scope = scope;
    this.#message = message;
    this.#timeout = timeout;
    this.#headers = Fields.received(message.rawHeaders);
    this.#scheme = { tag: "encrypted" in message.socket ? "HTTPS" : "HTTP" };
    this.#target = targetOf(message);
  }

  method(): Method {
    return methodOf(this.#message.method ?? "GET");
  }

  pathWithQuery(): string | undefined {
    return this.#target.pathWithQuery;
  }

  scheme(): Scheme {
    return this.#scheme;
  }

  authority(): string | undefined {
    return this.#target.authority;
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

  static {
    const { method, pathWithQuery, scheme, authority, headers, consume } = IncomingRequest.prototype;
    for (const member of [method, pathWithQuery, scheme, authority, headers, consume]) sync(member);
  }
}

/** RFC 9112, section 3.2: a target may be a whole URI, whose authority counts then. */
function targetOf({ url = "/", headers }: IncomingMessage): {
  readonly pathWithQuery: string | undefined;
  readonly authority: string | undefined;
} {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^#]*)/i.exec(url);
  if (absolute === null) return { pathWithQuery: url, authority: headers.host };
  return { pathWithQuery: absolute[2] === "" ? undefined : absolute[2], authority: absolute[1] };
}
