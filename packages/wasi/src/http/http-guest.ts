import type { CallOptions } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { ResponseOutparam } from "./response-outparam.ts";

/** A component's function `wasi:http/incoming-handler.handle`. */
export type IncomingHandler = (
  request: IncomingRequest,
  responseOut: ResponseOutparam,
  options?: CallOptions,
) => unknown;

/** An instance of a component that answers one request. */
export interface HttpGuest {
  readonly handle: IncomingHandler;
  /** Of the WASI that the instance was given. */
  readonly scope: Scope;
  /**
   * Called once, when the guest is through with the request; what it wrote may still be on its way to the client.
   *
   * @param failed the guest trapped, or nobody waited for it any longer: it may still be running, and is of no more use
   */
  release?(failed: boolean): unknown;
}

/**
 * The handler among the exports of an instance, whatever version of 0.2 it has.
 *
 * @throws TypeError where it exports none
 */
export function incomingHandler(exports: object): IncomingHandler {
  for (const [name, members] of Object.entries(exports)) {
    if (!/^wasi:http\/incoming-handler(@0\.2\.\d+)?$/.test(name)) continue;
    const { handle } = members as { handle?: IncomingHandler };
    if (handle !== undefined) return handle;
  }
  throw new TypeError("the component does not export wasi:http/incoming-handler, so it cannot serve HTTP");
}
