import { sync, WitError } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { isToken } from "./field-syntax.ts";
import { contentLength, type Fields } from "./fields.ts";
import type { Method } from "./method.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { isPathWithQuery, isScheme, parseAuthority, type Scheme } from "./target.ts";

/** `wasi:http/types` `outgoing-request`. A setter that gets something malformed throws a `WitError` and changes nothing. */
export class OutgoingRequest {
  readonly #scope: Scope;
  readonly #headers: Fields;
  #method: Method = { tag: "get" };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #body: OutgoingBody | undefined;

  constructor(scope: Scope, headers: Fields) {
    this.#scope = scope;
    this.#headers = headers.frozen();
  }

  /** The body, once; never where the headers say a length that is none. */
  body(): OutgoingBody {
    const length = contentLength(this.#headers);
    if (this.#body !== undefined || length === "invalid") throw new WitError(undefined);
    this.#body = new OutgoingBody(this.#scope, length, "HTTP-request-body-size");
    return this.#body;
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === "other" && !isToken(method.val)) throw new WitError(undefined);
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !isPathWithQuery(pathWithQuery)) throw new WitError(undefined);
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === "other" && !isScheme(scheme.val)) throw new WitError(undefined);
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && parseAuthority(authority) === undefined) throw new WitError(undefined);
    this.#authority = authority;
  }

  headers(): Fields {
    return this.#headers.frozen();
  }

  static bodyOf(request: OutgoingRequest): OutgoingBody | undefined {
    return request.#body;
  }

  static {
    const { body, method, pathWithQuery, scheme, authority, headers } = OutgoingRequest.prototype;
    const { setMethod, setPathWithQuery, setScheme, setAuthority } = OutgoingRequest.prototype;
    for (const member of [body, method, pathWithQuery, scheme, authority, headers]) sync(member);
    for (const member of [setMethod, setPathWithQuery, setScheme, setAuthority]) sync(member);
  }
}
