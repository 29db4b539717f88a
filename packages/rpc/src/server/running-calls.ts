import type { PathPattern } from "@witwire/codec";
import { ActiveSet } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { IncomingCall } from "./call-host.ts";
import { ServerCall, type ServerCallOwner, type ServerSide } from "./server-call.ts";
import type { ServerFunction } from "./server-function.ts";

/** The calls that one side answers at the same time, and how many it takes. */
export class RunningCalls implements ServerCallOwner {
  readonly #side: ServerSide;
  readonly #report: (error: RpcError, request: IncomingCall) => void;
  readonly #calls = new ActiveSet<ServerCall>();

  /** @param report told of calls that fail */
  constructor(side: ServerSide, report: (error: RpcError, request: IncomingCall) => void) {
    this.#side = side;
    this.#report = report;
  }

  /** Calls that run, those included whose caller has gone while the implementation goes on. */
  get size(): number {
    return this.#calls.size;
  }

  /** The paths on which a function takes streams and futures; or why it cannot be called now. */
  admit(fn: ServerFunction): readonly PathPattern[] | RpcError {
    const { maxCalls } = this.#side.limits;
    if (this.#calls.size >= maxCalls) {
      return new RpcError("resource-exhausted", `more than ${maxCalls} calls at once (limit maxCalls)`, {
        started: "no",
      });
    }
    return "callRaw" in fn ? noPaths : fn.params.asyncPaths;
  }

  /**
   * Runs a call that was admitted.
   *
   * @throws TypeError where there is no function, so that it was not
   */
  start(request: IncomingCall, fn: ServerFunction | undefined): void {
    if (fn === undefined) throw new TypeError("a call was not admitted, and came all the same");
    const call = new ServerCall(this.#side, fn, request, this);
    this.#calls.add(call);
    call.start();
  }

  failed({ request }: ServerCall, error: RpcError): void {
    this.#report(error, request);
  }

  idle(call: ServerCall): void {
    this.#calls.delete(call);
    call.request.onIdle?.();
  }

  /** Ends all of them. */
  fail(error: RpcError): void {
    for (const call of this.#calls.snapshot()) call.fail(error);
  }
}

const noPaths: readonly [] = [];
