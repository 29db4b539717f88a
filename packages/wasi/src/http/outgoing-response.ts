import { sync, WitError } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { contentLength, type Fields } from "./fields.ts";
import { OutgoingBody } from "./outgoing-body.ts";

/** `wasi:http/types` `outgoing-response`. */
export class OutgoingResponse {
  readonly #scope: Scope;
  readonly #headers: Fields;
  #statusCode = 200;
  #body: OutgoingBody | undefined;

  constructor(scope: Scope, headers: Fields) {
    this.#scope = scope;
    this.#headers = headers.frozen();
  }

  statusCode(): number {
    return this.#statusCode;
  }

  /** RFC 9110, section 15: three digits, where those below 200 are no answers. */
  setStatusCode(statusCode: number): void {
    if (!(statusCode >= 200 && statusCode <= 599)) throw new WitError(undefined);
    this.#statusCode = statusCode;
  }

  headers(): Fields {
    return this.#headers.frozen();
  }

  /** The body, once; never where the headers say a length that is none. */
  body(): OutgoingBody {
    const length = contentLength(this.#headers);
    if (this.#body !== undefined || length === "invalid") throw new WitError(undefined);
    this.#body = new OutgoingBody(this.#scope, length, "HTTP-response-body-size");
    return this.#body;
  }

  static bodyOf(response: OutgoingResponse): OutgoingBody | undefined {
    return response.#body;
  }

  static {
    const { statusCode, setStatusCode, headers, body } = OutgoingResponse.prototype;
    for (const member of [statusCode, setStatusCode, headers, body]) sync(member);
  }
}
