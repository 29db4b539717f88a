import type { PathPattern } from "@witwire/codec";
import { formatFunction } from "../contract/format-function.ts";
import { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import type { Timers } from "../timers.ts";
import type { CallHost, FunctionSource, IncomingCall } from "./call-host.ts";
import { callerStubs } from "./caller-stubs.ts";
import { HandleTable, LocalHandleLifting, LocalHandleLowering } from "./handle-table.ts";
import { logFailure } from "./log-failure.ts";
import { RunningCalls } from "./running-calls.ts";
import type { ServerSide } from "./server-call.ts";

/** Serves nothing but the resources that were passed, which is what a client without a server of its own does. */
export class PassedResources implements CallHost {
  readonly limits: Limits;
  readonly timers: Timers;
  readonly care = undefined;
  readonly #calls: RunningCalls;

  constructor(limits: Limits, timers: Timers) {
    this.limits = limits;
    this.timers = timers;
    // Sessions have tables of their own; this one stays empty.
    const table = new HandleTable(limits, timers);
    const side: ServerSide = {
      limits,
      lifting: new LocalHandleLifting(table, false, callerStubs(limits)),
      lowering: new LocalHandleLowering(table, false),
      intercept: undefined,
    };
    this.#calls = new RunningCalls(side, (error, { header, invocation: { peer } }) => {
      // Whatever else went wrong, the peer is told.
      if (error.code === "internal") logFailure({ error, peer, ...header });
    });
  }

  admit({ instance, name }: Header, more?: FunctionSource): readonly PathPattern[] | RpcError {
    const fn = more?.find(instance, name);
    if (fn === undefined) {
      const why = `${formatFunction(instance, name)} is not served: this client answers for resources that it has passed`;
      return new RpcError("unimplemented", why, { started: "no" });
    }
    return this.#calls.admit(fn);
  }

  invoked(call: IncomingCall): void {
    const { header, more } = call;
    this.#calls.start(call, more?.find(header.instance, header.name));
  }

  /** Those who called are told. */
  refused(): void {}
}
