import type { CallContext } from "@witwire/wit/values";
import { isPromiseLike } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { formatFunction } from "../contract/format-function.ts";
import { isFromPeer, isRpcError, RpcError } from "../errors.ts";
import type { Handler } from "../interception/chain.ts";
import type { Limits } from "../limits.ts";
import type { RunningTimer } from "../timers.ts";
import type { AwaitedAnswer } from "../transport/call-handles.ts";
import type { HandleLifting, HandleLowering } from "../values/handles.ts";
import { IncomingValues } from "../values/incoming.ts";
import { OutgoingValues } from "../values/outgoing.ts";
import { ServerCallContext } from "./call-context.ts";
import type { IncomingCall } from "./call-host.ts";
import type { ServerInterceptedCall } from "./intercepted-call.ts";
import { InterceptedRun } from "./intercepted-run.ts";
import { callRawWith } from "./raw-call.ts";
import { type RawEvents, RawParams } from "./raw-params.ts";
import type { ServerFunction } from "./server-function.ts";

/** What the calls of one server share. */
export interface ServerSide {
  readonly limits: Limits;
  readonly lifting: HandleLifting;
  readonly lowering: HandleLowering;
  /** Takes calls through the interceptors, if there are any. */
  readonly intercept: Handler<ServerInterceptedCall> | undefined;
}

/** Hears how a call went. */
export interface ServerCallOwner {
  /** Called at most once, with what ended the call before its time. */
  failed(call: ServerCall, error: RpcError): void;
  /** Called once when the call is over and the implementation runs no more, which may be long after its caller has left. */
  idle(call: ServerCall): void;
}

/**
 * One call on the server's side.
 *
 * States: receiving (parameters) -> running (the implementation) -> sending (streams and futures of the result)
 * -> draining (streams of the parameters that the implementation still reads) -> over. A failure in any of them aborts
 * the invocation, so that a peer that looks can tell it from an end.
 */
export class ServerCall implements Active {
  slot = -1;
  /** What has come. */
  readonly request: IncomingCall;
  readonly #side: ServerSide;
  readonly #owner: ServerCallOwner;
  readonly #fn: ServerFunction;
  readonly #context: ServerCallContext;
  readonly #incoming: IncomingValues;
  readonly #outgoing: OutgoingValues;
  #state: "receiving" | "running" | "sending" | "draining" | "over" = "receiving";
  /** Whether the outcome is still to come. */
  #running = false;
  #intercepted: InterceptedRun | undefined;
  /** Whether the implementation was called. */
  #begun = false;
  #timer: RunningTimer | undefined;
  #deadline: RunningTimer | undefined;

  constructor(side: ServerSide, fn: ServerFunction, request: IncomingCall, owner: ServerCallOwner) {
    const { invocation } = request;
    const resolve = fn.contract?.resolve;
    this.request = request;
    this.#side = side;
    this.#owner = owner;
    this.#fn = fn;
    this.#context = new ServerCallContext(invocation, request.metadata, request.deadline);
    this.#incoming = new IncomingValues(
      invocation,
      side.limits,
      side.lifting,
      resolve,
      () => this.#drained(),
      (error) => this.fail(error),
    );
    this.#outgoing = new OutgoingValues(
      invocation,
      side.lowering,
      resolve,
      () => this.#finish(),
      (error) => this.fail(implementationFailed(error)),
    );
    invocation.onFailure = (error) => this.fail(error);
    invocation.onStop = (path) => this.#outgoing.stopPath(path);
  }

  start(): void {
    const fn = this.#fn;
    const { invocation, deadline } = this.request;
    if (Number.isFinite(deadline)) {
      const remaining = Math.max(0, deadline - performance.now());
      this.#deadline = invocation.timers.start(remaining, () => this.#timeUp());
    }
    if ("callRaw" in fn && this.#side.intercept === undefined) {
      this.#incoming.skipRoot();
      new RawParams(invocation, this.#side.limits, fn, this.#context, this.#rawEvents()).receive();
    } else {
      this.#incoming.receiveRoot(
        fn.params,
        (params) => this.#run(params as unknown[]),
        (error) => this.fail(error),
      );
    }
    if (this.#state === "receiving" && invocation.awaited === undefined) {
      this.#timer = invocation.timers.guard(this.#side.limits.paramsTimeout, () => this.#paramsLate());
    }
  }

  /** Ends the call: the implementation is told through its signal, the caller by an abort. */
  fail(error: RpcError): void {
    if (this.#state === "over") return;
    this.#over();
    this.request.invocation.abort(this.#begun ? asStarted(error) : error);
    this.#context.abort(error);
    this.#intercepted?.fail(error);
    this.#incoming.fail(error);
    this.#outgoing.stop(error);
    this.#owner.failed(this, error);
    this.#idleWhenOver();
  }

  /** Calls the implementation, now that all interceptors agree. */
  implement(params: readonly unknown[], context: CallContext): unknown {
    this.#begun = true;
    if (context !== this.#context) this.#shorten(context);
    const fn = this.#fn;
    return "callRaw" in fn ? callRawWith(fn, params, context) : fn.call(params as unknown[], context);
  }

  /** An implementation has come to its end behind the interceptors. */
  implemented(): void {
    this.#idleWhenOver();
  }

  #run(params: unknown[]): void {
    const { awaited } = this.request.invocation;
    if (awaited === undefined) this.#runNow(params);
    else this.#runAfter(awaited, params);
  }

  /** A method of what an earlier call of the caller is still to answer with. */
  #runAfter({ placeholder, resource }: AwaitedAnswer, [self, ...params]: unknown[]): void {
    this.#timer?.stop();
    this.#timer = undefined;
    const wrong = new RpcError("not-found", "only a method can be called of what has not been answered", {
      started: "no",
    });
    resource.then(
      (answer) => {
        if (this.#state !== "receiving") return;
        if (self === placeholder) this.#runNow([answer, ...params]);
        else this.fail(wrong);
      },
      (error: unknown) => this.fail(RpcError.from(error)),
    );
  }

  #runNow(params: unknown[]): void {
    this.#began();
    const fn = this.#fn;
    const { intercept } = this.#side;
    try {
      let outcome: unknown;
      if (intercept !== undefined) {
        this.#intercepted = new InterceptedRun(this);
        outcome = this.#intercepted.start(intercept, this.request.header, fn, params, this.#context);
      } else outcome = this.implement(params, this.#context);
      if (isPromiseLike(outcome)) {
        // Not every thenable keeps to one answer, so a promise stands in between.
        Promise.resolve(outcome).then(
          (value) => this.#answer(value),
          (error: unknown) => this.#threw(error),
        );
      } else this.#answer(outcome);
    } catch (error) {
      this.#threw(error);
    }
  }

  #answer(value: unknown): void {
    const fn = this.#fn;
    if ("callRaw" in fn) {
      this.#answerRaw(value as Uint8Array);
      return;
    }
    this.#ran();
    if (this.#state !== "running") {
      if (fn.result !== undefined) this.#outgoing.discard(fn.result, value);
      return;
    }
    this.#state = "sending";
    if (fn.result === undefined) {
      this.#finish();
      return;
    }
    try {
      this.#outgoing.sendRoot(fn.result, value);
    } catch (error) {
      this.fail(implementationFailed(error));
    }
  }

  #answerRaw(bytes: Uint8Array): void {
    this.#ran();
    if (this.#state !== "running") return;
    try {
      if (bytes.length > 0) this.request.invocation.write([], bytes);
    } catch (error) {
      this.fail(implementationFailed(error));
      return;
    }
    this.#finish();
  }

  #rawEvents(): RawEvents {
    return {
      started: () => {
        this.#began();
        this.#begun = true;
      },
      answered: (bytes) => this.#answerRaw(bytes),
      failed: (error, began) => {
        if (began) this.#threw(error, true);
        else this.fail(RpcError.from(error, "protocol"));
      },
    };
  }

  /** The parameters are complete: the implementation runs, or the interceptors in front of it. */
  #began(): void {
    this.#timer?.stop();
    this.#state = "running";
    this.#running = true;
  }

  /** The outcome is there, whether or not somebody still waits for it. */
  #ran(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#idleWhenOver();
  }

  /** Nothing runs on the call's behalf once its outcome is there and no implementation goes on behind interceptors. */
  #idleWhenOver(): void {
    if (this.#state !== "over" || this.#running || this.#intercepted?.running === true) return;
    this.#owner.idle(this);
  }

  #threw(error: unknown, begun: boolean = this.#begun): void {
    this.#ran();
    this.fail(implementationFailed(error, begun));
  }

  /** Interceptors may allow an implementation less time than its caller does. */
  #shorten(context: CallContext): void {
    const remaining = context.timeRemaining();
    if (!Number.isFinite(remaining)) return;
    this.#deadline?.stop();
    this.#deadline = this.request.invocation.timers.start(remaining, () => this.#timeUp());
  }

  #paramsLate(): void {
    const { paramsTimeout } = this.#side.limits;
    this.fail(
      new RpcError(
        "deadline-exceeded",
        `the parameters were not complete after ${paramsTimeout} ms (limit paramsTimeout)`,
      ),
    );
  }

  /** Everything was sent. Streams among the parameters that nobody has begun to read will not be read any more. */
  #finish(): void {
    if (this.#state === "over") return;
    this.#state = "draining";
    this.request.invocation.end();
    this.#incoming.cancelUnread();
    this.#drained();
  }

  #drained(): void {
    if (this.#state !== "draining" || !this.#incoming.done) return;
    this.#over();
    this.request.invocation.close();
    this.#idleWhenOver();
  }

  #timeUp(): void {
    const { instance, name } = this.request.header;
    this.fail(new RpcError("deadline-exceeded", `${formatFunction(instance, name)} took longer than it may`));
  }

  #over(): void {
    this.#state = "over";
    this.#timer?.stop();
    this.#deadline?.stop();
  }
}

/**
 * What the caller is told once the implementation was called. That a call which the implementation made has not started
 * says nothing about its own.
 */
function asStarted(error: RpcError): RpcError {
  if (error.started === "yes" || (error.started === "no" && !isFromPeer(error))) return error;
  return new RpcError(error.code, error.message, { started: "yes", cause: error.cause });
}

function implementationFailed(error: unknown, begun = true): RpcError {
  if (isRpcError(error)) return error;
  return new RpcError("internal", error instanceof Error ? error.message : String(error), {
    started: begun ? "yes" : "no",
    cause: error,
  });
}
