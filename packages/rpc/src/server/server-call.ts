import type { Metadata } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation } from "../transport/invocation.ts";
import { type HandleLifting, IncomingValues } from "../values/incoming.ts";
import { type HandleLowering, OutgoingValues } from "../values/outgoing.ts";
import { ServerCallContext } from "./call-context.ts";
import { type RawEvents, RawParams } from "./raw-params.ts";
import type { ServerFunction, ValueFunction } from "./server-function.ts";

/** What the calls of one server share. */
export interface ServerSide {
  readonly limits: Limits;
  readonly lifting: HandleLifting;
  readonly lowering: HandleLowering;
}

export interface ServerCallOptions {
  readonly invocation: Invocation;
  readonly fn: ServerFunction;
  readonly metadata: Metadata;
  /** On the clock of `performance.now()`; `Infinity` where the caller set none or could not say. */
  readonly deadline: number;
  /** Called once when nothing of the call is left but, perhaps, the peer's half of the stream. */
  readonly onOver: (failure: RpcError | undefined) => void;
}

const RESULT_PATH = [0];
const PARAMS_PATH: readonly number[] = [];

/**
 * One call on the server's side.
 *
 * States: receiving (parameters) -> running (the implementation) -> sending (streams and futures of the result)
 * -> draining (streams of the parameters that the implementation still reads) -> over. A failure in any of them aborts
 * the invocation, so that a peer that looks can tell it from an end.
 */
export class ServerCall {
  readonly #side: ServerSide;
  readonly #options: ServerCallOptions;
  readonly #context: ServerCallContext;
  readonly #incoming: IncomingValues;
  readonly #outgoing: OutgoingValues;
  #state: "receiving" | "running" | "sending" | "draining" | "over" = "receiving";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(side: ServerSide, options: ServerCallOptions) {
    const { invocation } = options;
    this.#side = side;
    this.#options = options;
    this.#context = new ServerCallContext(invocation.peer, options.metadata, options.deadline);
    this.#incoming = new IncomingValues(
      invocation,
      side.limits,
      side.lifting,
      () => this.#drained(),
      (error) => this.fail(error),
    );
    this.#outgoing = new OutgoingValues(
      invocation,
      side.lowering,
      () => this.#finish(),
      (error) => this.fail(implementationFailed(error)),
    );
    invocation.onFailure = (error) => this.fail(error);
  }

  start(): void {
    const { fn, invocation } = this.#options;
    if ("callRaw" in fn) {
      this.#incoming.skipRoot();
      new RawParams(invocation, this.#side.limits, fn, this.#context, this.#rawEvents()).receive();
    } else {
      this.#incoming.receiveRoot(
        fn.params,
        PARAMS_PATH,
        (params) => this.#run(fn, params as unknown[]),
        (error) => this.fail(error),
      );
    }
    if (this.#state === "receiving")
      this.#timer = setTimeout(() => this.#paramsLate(), this.#side.limits.paramsTimeout);
  }

  /** Ends the call: the implementation is told through its signal, the caller by an abort. */
  fail(error: RpcError): void {
    if (this.#state === "over") return;
    this.#over();
    this.#options.invocation.abort(error);
    this.#context.abort(error);
    this.#incoming.fail(error);
    this.#outgoing.stop(error);
    this.#options.onOver(error);
  }

  #run(fn: ValueFunction, params: unknown[]): void {
    this.#paramsComplete();
    try {
      const outcome = fn.call(params, this.#context);
      if (isPromiseLike(outcome)) {
        outcome.then(
          (value) => this.#answer(fn, value),
          (error: unknown) => this.fail(implementationFailed(error)),
        );
      } else this.#answer(fn, outcome);
    } catch (error) {
      this.fail(implementationFailed(error));
    }
  }

  #answer(fn: ValueFunction, value: unknown): void {
    if (this.#state !== "running") return;
    this.#state = "sending";
    if (fn.result === undefined) {
      this.#finish();
      return;
    }
    try {
      this.#outgoing.sendRoot(fn.result, RESULT_PATH, value);
    } catch (error) {
      this.fail(implementationFailed(error));
    }
  }

  #rawEvents(): RawEvents {
    return {
      started: () => this.#paramsComplete(),
      answered: (bytes) => {
        if (this.#state !== "running") return;
        if (bytes.length > 0) this.#options.invocation.write([], bytes);
        this.#finish();
      },
      failed: (error, began) => this.fail(began ? implementationFailed(error) : RpcError.from(error, "protocol")),
    };
  }

  #paramsComplete(): void {
    clearTimeout(this.#timer);
    this.#state = "running";
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
    this.#options.invocation.end();
    this.#incoming.cancelUnread();
    this.#drained();
  }

  #drained(): void {
    if (this.#state !== "draining" || !this.#incoming.done) return;
    this.#over();
    this.#options.invocation.close();
    this.#options.onOver(undefined);
  }

  #over(): void {
    this.#state = "over";
    clearTimeout(this.#timer);
  }
}

function implementationFailed(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError("internal", error instanceof Error ? error.message : String(error), {
    started: "yes",
    cause: error,
  });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
