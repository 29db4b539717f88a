import { ActiveSet } from "../active-set.ts";
import { formatFunction } from "../contract/format-function.ts";
import { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import { type PathSet, pathSetOf } from "../framing/path-set.ts";
import type { Limits } from "../limits.ts";
import type { Timers } from "../timers.ts";
import type { CallHost, FunctionSource, IncomingCall } from "./call-host.ts";
import { callerStubs } from "./caller-stubs.ts";
import { HandleTable, LocalHandleLifting, LocalHandleLowering } from "./handle-table.ts";
import { logFailure } from "./log-failure.ts";
import { ServerCall, type ServerSide } from "./server-call.ts";

/** Serves nothing but the resources that were passed, which is what a client without a server of its own does. */
export class PassedResources implements CallHost {
  readonly limits: Limits;
  readonly timers: Timers;
  readonly compat = undefined;
  readonly #side: ServerSide;
  readonly #calls = new ActiveSet<ServerCall>();

  constructor(limits: Limits, timers: Timers) {
    this.limits = limits;
    this.timers = timers;
    // Sessions have tables of their own; this one stays empty.
    const table = new HandleTable(limits, timers);
    this.#side = {
      limits,
      lifting: new LocalHandleLifting(table, false, callerStubs(limits)),
      lowering: new LocalHandleLowering(table, false),
      intercept: undefined,
    };
  }

  admit({ instance, name }: Header, more?: FunctionSource): PathSet | RpcError {
    const fn = more?.find(instance, name);
    if (fn === undefined) {
      const why = `${formatFunction(instance, name)} is not served: this client answers for resources that it has passed`;
      return new RpcError("unimplemented", why, { started: "no" });
    }
    const { maxCalls } = this.limits;
    if (this.#calls.size >= maxCalls) {
      const why = `more than ${maxCalls} calls at once (limit maxCalls)`;
      return new RpcError("resource-exhausted", why, { started: "no" });
    }
    return pathSetOf(fn.params.asyncPaths);
  }

  invoked({ header, invocation, metadata, deadline, more, onIdle }: IncomingCall): void {
    const fn = more?.find(header.instance, header.name);
    if (fn === undefined) throw new TypeError("a call was not admitted, and came all the same");
    const { peer } = invocation;
    const call = new ServerCall(this.#side, {
      header,
      invocation,
      fn,
      metadata,
      deadline,
      onFailure: (error) => {
        // Whatever else went wrong, the peer is told.
        if (error.code === "internal") logFailure({ error, peer, ...header });
      },
      onIdle: () => {
        this.#calls.delete(call);
        onIdle?.();
      },
    });
    this.#calls.add(call);
    call.start();
  }

  /** Those who called are told. */
  refused(): void {}
}
