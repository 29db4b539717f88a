import { sync } from "@witwire/wit/values";
import type { ErrorCode } from "./error-code.ts";
import type { OutgoingResponse } from "./outgoing-response.ts";

/** What a guest answers with. */
export type GuestResponse =
  | { readonly tag: "ok"; readonly val: OutgoingResponse }
  | { readonly tag: "err"; readonly val: ErrorCode };

/** `wasi:http/types` `response-outparam`: where the answer to a request goes, once. */
export class ResponseOutparam implements Disposable {
  #answer: ((response: GuestResponse | undefined) => void) | undefined;

  /** @param answer called once: with nothing where the guest drops it without an answer */
  constructor(answer: (response: GuestResponse | undefined) => void) {
    this.#answer = answer;
  }

  static set(param: ResponseOutparam, response: GuestResponse): void {
    param.#settle(response);
  }

  [Symbol.dispose](): void {
    this.#settle(undefined);
  }

  #settle(response: GuestResponse | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(response);
  }

  static {
    sync(ResponseOutparam.set);
  }
}
