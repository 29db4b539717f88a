import { ActiveSet } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import { type PathSet, pathSetOf } from "../framing/path-set.ts";
import type { IncomingCall } from "./call-host.ts";
import { ServerCall, type ServerSide } from "./server-call.ts";
import type { ServerFunction } from "./server-function.ts";

/** The calls that one side answers at the same time, and how many it takes. */
export class RunningCalls {
  readonly #side: ServerSide;
  readonly #calls = new ActiveSet<ServerCall>();

  constructor(side: ServerSide) {
    this.#side = side;
  }

  /** Calls that run, those included whose caller has gone while the implementation goes on. */
  get size(): number {
    return this.#calls.size;
  }

  /** The paths on which a function takes streams and futures; or why it cannot be called now. */
  admit(fn: ServerFunction): PathSet | RpcError {
    const { maxCalls } = this.#side.limits;
    if (this.#calls.size >= maxCalls) {
      return new RpcError("resource-exhausted", `more than ${maxCalls} calls at once (limit maxCalls)`, {
        started: "no",
      });
    }
    return pathSetOf("callRaw" in fn ? noPaths : fn.params.asyncPaths);
  }

  /**
   * Runs a call that was admitted.
   *
   * @throws TypeError where there is no function, so that it was not
   */
  start(
    { header, invocation, metadata, deadline, onIdle }: IncomingCall,
    fn: ServerFunction | undefined,
    onFailure: (error: RpcError) => void,
  ): void {
    if (fn === undefined) throw new TypeError("a call was not admitted, and came all the same");
    const call = new ServerCall(this.#side, {
      header,
      invocation,
      fn,
      metadata,
      deadline,
      onFailure,
      onIdle: () => {
        this.#calls.delete(call);
        onIdle?.();
      },
    });
    this.#calls.add(call);
    call.start();
  }

  /** Ends all of them. */
  fail(error: RpcError): void {
    for (const call of this.#calls.snapshot()) call.fail(error);
  }
}

const noPaths: readonly [] = [];
