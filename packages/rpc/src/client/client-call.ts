import type { ValueCodec } from "@witwire/codec";
import { formatFunction } from "../contract/format-function.ts";
import { markFromPeer, RpcError } from "../errors.ts";
import { borrowWriter, returnWriter } from "../framing/message-writer.ts";
import type { FunctionContract } from "../interception/interceptor.ts";
import type { Limits } from "../limits.ts";
import type { RunningTimer } from "../timers.ts";
import type { Invocation, InvocationTransport, Path } from "../transport/invocation.ts";
import type { ValueLifting } from "../values/incoming-value.ts";
import { noEffects, writePlainValue } from "../values/plain-values.ts";
import { RootDecoder, type RootScope } from "../values/root-decoder.ts";
import type { ResolvedCallOptions } from "./call-options.ts";
import type { ClientResources } from "./remote-resources.ts";

/** A function as the client calls it. */
export interface CallTarget {
  readonly instance: string;
  /** Name on the wire. */
  readonly name: string;
  readonly params: ValueCodec;
  readonly result: ValueCodec | undefined;
  /** Absent where nobody needs to know more. */
  readonly contract: FunctionContract | undefined;
  /** Whether streams, futures or resources are among parameters or result. */
  readonly hasEffects: boolean;
  /** Whether what it answers with can be spoken of before it is there. */
  readonly mayBeBase: boolean;
}

/** Makes calls whose values hold streams, futures or resources; {@link asyncValues} does. */
export type AsyncValues = (
  side: ClientSide,
  transport: InvocationTransport,
  target: CallTarget,
  options: ResolvedCallOptions,
) => ClientCall;

/** What the calls of one client share. */
export interface ClientSide {
  readonly transport: InvocationTransport;
  readonly limits: Limits;
  /** Absent in clients that send and receive plain values only. */
  readonly asyncValues: AsyncValues | undefined;
  readonly resources: ClientResources | undefined;
}

/**
 * One call from its parameters to the end of the last stream of its result. This class makes those whose values are no more
 * than their roots; streams, futures and resources are added to it.
 *
 * States: waiting (for the result) -> streaming (the result was handed out, values inside it are still under way)
 * -> over. From either of the first two the call can fail, which settles the promise or the streams.
 */
export class ClientCall implements RootScope {
  readonly invocation: Invocation;
  readonly limits: Limits;
  readonly #target: CallTarget;
  readonly #options: ResolvedCallOptions;
  /** Let go of once it is settled: it would keep a stream alive that the caller has forgotten. */
  #outcome: PromiseWithResolvers<unknown> | undefined;
  #state: "waiting" | "streaming" | "over" = "waiting";
  #sent = false;
  #received = false;
  #timer: RunningTimer | undefined;
  readonly #onAbort = (): void => this.#cancel();

  /**
   * Starts the call. The promise settles with the result value, or with an `RpcError`.
   *
   * @param onOpened told of the invocation, unless the call fails before it has one
   */
  static invoke(
    side: ClientSide,
    target: CallTarget,
    args: readonly unknown[],
    passed: ResolvedCallOptions,
    onOpened?: (invocation: Invocation) => void,
  ): Promise<unknown> {
    const { asyncValues } = side;
    if (target.hasEffects && asyncValues === undefined) return Promise.reject(notSupported(target));
    const home = side.resources?.homeOf(target, args);
    const options = home?.signal === undefined ? passed : withSignal(passed, home.signal);
    if (options.signal?.aborted === true) return Promise.reject(cancelled(options.signal, "no"));
    if (remainingOf(options) <= 0) return Promise.reject(timedOut(target, options, "no"));
    try {
      const transport = home?.transport ?? side.transport;
      const call =
        target.hasEffects && asyncValues !== undefined
          ? asyncValues(side, transport, target, options)
          : new ClientCall(side, transport, target, options);
      onOpened?.(call.invocation);
      return call.#start(args);
    } catch (error) {
      return Promise.reject(unsent(error, "unavailable"));
    }
  }

  constructor(side: ClientSide, transport: InvocationTransport, target: CallTarget, options: ResolvedCallOptions) {
    this.#target = target;
    this.#options = options;
    this.invocation = transport.open({
      instance: target.instance,
      name: target.name,
      asyncPaths: target.result?.asyncPaths ?? noPaths,
      sendsPaths: target.params.asyncPaths.length > 0,
      metadata: options.metadata,
      timeout: options.coversStreams ? remainingOf(options) : Number.POSITIVE_INFINITY,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    this.invocation.onFailure = (error) => this.fail(error);
    this.limits = side.limits;
  }

  #start(args: readonly unknown[]): Promise<unknown> {
    const outcome = Promise.withResolvers<unknown>();
    this.#outcome = outcome;
    try {
      this.send(this.#target.params, args);
    } catch (error) {
      this.fail(unsent(error, "invalid-argument"));
      return outcome.promise;
    }
    const { timeout, elapsed, coversStreams, signal } = this.#options;
    // A caller's own deadline is kept to the millisecond; the default only keeps calls from waiting for ever. There may be
    // only few different times for guards.
    const { timers } = this.invocation;
    this.#timer =
      coversStreams || elapsed !== undefined
        ? timers.start(remainingOf(this.#options), () => this.#timeOut())
        : timers.guard(timeout, () => this.#timeOut());
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#receive();
    return outcome.promise;
  }

  protected send(params: ValueCodec, args: readonly unknown[]): void {
    const writer = borrowWriter();
    writePlainValue(this.invocation, ROOT, writer, params, args);
    returnWriter(writer);
    this.sentAll();
  }

  #receive(): void {
    const { result } = this.#target;
    const onFailure = (error: RpcError): void => this.fail(this.#explain(error));
    if (result === undefined) this.#awaitEnd();
    else this.receive(result, onFailure);
  }

  protected receive(result: ValueCodec, onFailure: (error: RpcError) => void): void {
    new RootDecoder(this, result).receive((value) => this.#succeedAtOnce(value), onFailure);
  }

  /** Results have no effects where nothing but the root is received. */
  lifting(): ValueLifting {
    return noEffects;
  }

  /** A function without a result is answered by the end of the peer's half, whatever frames come before. */
  #awaitEnd(): void {
    const root = this.invocation.incoming(ROOT);
    while (root.read() !== undefined) {
      // Some peers send an empty root frame, and nothing else can be meant for a function without a result.
    }
    if (root.error !== undefined) this.fail(root.error);
    else if (root.ended) this.#succeedAtOnce(undefined);
    else root.whenReadable(() => this.#awaitEnd(), true);
  }

  protected succeed(value: unknown): void {
    if (this.#state !== "waiting") return;
    this.#state = "streaming";
    if (!this.#options.coversStreams) this.#stopTimer();
    this.#outcome?.resolve(value);
    this.#outcome = undefined;
  }

  /** With a result that is all that the peer sends. */
  #succeedAtOnce(value: unknown): void {
    this.succeed(value);
    this.receivedAll();
  }

  /** Everything that was to be sent has been written. */
  protected sentAll(): void {
    this.#sent = true;
    this.invocation.end();
    this.#finishWhenDone();
  }

  /** Everything has arrived, or is wanted no more. */
  protected receivedAll(): void {
    this.#received = true;
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (this.#state !== "streaming" || !this.#sent || !this.#received) return;
    this.#over();
    this.invocation.close();
  }

  get #started(): "no" | "maybe" {
    return this.invocation.begun ? "maybe" : "no";
  }

  #timeOut(): void {
    this.fail(timedOut(this.#target, this.#options, this.#started));
  }

  #cancel(): void {
    if (this.#options.signal !== undefined) this.fail(cancelled(this.#options.signal, this.#started));
  }

  /** What plain wRPC leaves to be guessed: it ends a failed call without a word. */
  #explain(error: RpcError): RpcError {
    if (error.code !== "unknown" || error.cause !== undefined) return error;
    const { instance, name } = this.#target;
    return new RpcError(
      "unknown",
      `the peer ended the call of ${formatFunction(instance, name)} without a result: it may not serve this function, ` +
        "refuse the parameters, or have failed; its own log says which",
      { started: error.started },
    );
  }

  protected get isStreaming(): boolean {
    return this.#state === "streaming";
  }

  /** The call has failed, and with it what is under way besides the roots. */
  protected stopValues(_error: RpcError): void {}

  protected fail(error: RpcError): void {
    if (this.#state === "over") return;
    const waiting = this.#state === "waiting";
    markFromPeer(error);
    this.#over();
    this.invocation.abort(error);
    this.stopValues(error);
    if (waiting) this.#outcome?.reject(error);
    this.#outcome = undefined;
  }

  #over(): void {
    this.#state = "over";
    this.#stopTimer();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #stopTimer(): void {
    this.#timer?.stop();
  }
}

const ROOT: Path = [];
const noPaths: readonly [] = [];

function withSignal(options: ResolvedCallOptions, signal: AbortSignal): ResolvedCallOptions {
  return { ...options, signal: options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]) };
}

function remainingOf({ timeout, elapsed }: ResolvedCallOptions): number {
  return elapsed === undefined ? timeout : timeout - elapsed;
}

function timedOut({ instance, name }: CallTarget, { timeout }: ResolvedCallOptions, started: "no" | "maybe"): RpcError {
  return new RpcError("deadline-exceeded", `${formatFunction(instance, name)} took longer than ${timeout} ms`, {
    started,
  });
}

function cancelled(signal: AbortSignal, started: "no" | "maybe"): RpcError {
  return new RpcError("cancelled", "the call was cancelled by its caller", { started, cause: signal.reason });
}

function notSupported({ instance, name }: CallTarget): RpcError {
  return new RpcError(
    "unimplemented",
    `${formatFunction(instance, name)} has streams, futures or resources: pass createLeanClient asyncValues`,
    { started: "no" },
  );
}

/** Why a call did not leave. @param code of what is no `RpcError` */
function unsent(error: unknown, code: string): RpcError {
  const failure = RpcError.from(error, code);
  if (failure.started === "no") return failure;
  return new RpcError(failure.code, failure.message, { started: "no", cause: error });
}
