import { isPromiseLike } from "@witwire/wit/values";
import type { CallChainStore } from "../component.ts";
import { ComponentError } from "../errors.ts";
import { GuestCall } from "./guest-call.ts";
import type { Store } from "./store.ts";

/** What a call does once it is inside. */
type Body = () => unknown;

/**
 * A call, from the gate until it is settled. It is no object literal: literals that live as long as calls do are made in
 * old memory by V8 after a while, where each keeps all that belongs to its call until the next full collection.
 */
class Waiting {
  readonly call: GuestCall;
  readonly body: Body;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Ends the watch over signal and deadline. */
  release: (() => void) | undefined;

  constructor(call: GuestCall, body: Body, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.call = call;
    this.body = body;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/**
 * The way into a root instance. One call is inside at a time, since the functions of a guest share one stack in linear
 * memory; others wait in line. A call that comes from inside (from an import of the very call that is inside) would wait
 * for itself, so it fails at once.
 *
 * A call is waiting, then running, then settled; one whose caller gave up while running is abandoned: its caller has been
 * told, its result is thrown away, and the next one begins when the guest is done with it.
 */
export class Gate {
  readonly #store: Store;
  readonly #chain: CallChainStore;
  readonly #discard: (result: unknown) => void;
  readonly #line: Waiting[] = [];
  /** What waits for the end of a call whose imports answer at once. */
  readonly #deferred: (() => void)[] = [];
  #advancing = false;

  /** @param discard is given the results that nobody waits for any more */
  constructor(store: Store, chain: CallChainStore, discard: (result: unknown) => void) {
    this.#store = store;
    this.#chain = chain;
    this.#discard = discard;
    store.onDispose(() => this.#refuseAll());
  }

  /**
   * Goes inside without waiting, for instances whose imports answer at once.
   *
   * @throws what the body throws, and ComponentError where the instance takes no calls
   */
  passSync(label: string, options: unknown, body: Body): unknown {
    const store = this.#store;
    if (store.state !== "ready") throw store.refusal(label);
    if (store.current !== undefined) throw reentered(label);
    const call = new GuestCall(label, options, undefined);
    if (call.callerSignal?.aborted === true) throw cancelled(label, call.callerSignal.reason);
    store.current = call;
    try {
      return body();
    } finally {
      call.settled = true;
      store.current = undefined;
      if (this.#deferred.length > 0) this.#runDeferred();
    }
  }

  /**
   * Goes inside as soon as that is possible, also when asked to from inside: nobody waits for it there.
   *
   * @returns when it is done; `undefined` where it is done already, or will be when the call that is inside returns
   */
  passLater(label: string, body: Body): Promise<unknown> | undefined {
    const store = this.#store;
    if (store.state !== "ready") return undefined;
    const call = new GuestCall(label, undefined, undefined);
    if (store.mode === "async") return this.#enqueue(call, body);
    if (store.current === undefined) this.passSync(label, undefined, body);
    else this.#deferred.push(() => this.passSync(label, undefined, body));
    return undefined;
  }

  /**
   * Goes inside, or waits for it.
   *
   * @returns what the body returns. Rejects with what it throws, and with ComponentError: `trap` for a call from inside,
   *   `resource-exhausted` where too many wait, `cancelled`, `deadline-exceeded`, `disposed`
   */
  pass(label: string, options: unknown, body: Body): Promise<unknown> {
    let call: GuestCall;
    try {
      call = new GuestCall(label, options, this.#chain.getStore());
      this.#admit(call);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#enqueue(call, body);
  }

  #enqueue(call: GuestCall, body: Body): Promise<unknown> {
    const store = this.#store;
    return new Promise((resolve, reject) => {
      const waiting = new Waiting(call, body, resolve, reject);
      if (call.callerSignal !== undefined || call.deadline !== Number.POSITIVE_INFINITY) this.#watch(waiting);
      if (store.current === undefined && this.#line.length === 0) {
        this.#begin(waiting);
        if (this.#line.length > 0) this.#advance();
      } else {
        this.#line.push(waiting);
        store.queued = this.#line.length;
      }
    });
  }

  /** @throws ComponentError where the call can be refused at once */
  #admit(call: GuestCall): void {
    const store = this.#store;
    const refusal = store.state === "ready" ? undefined : store.refusal(call.label);
    if (refusal !== undefined) throw refusal;
    if (store.current !== undefined) {
      for (let from = call.parent; from !== undefined; from = from.parent) {
        if (from === store.current) throw reentered(call.label);
      }
      if (this.#line.length >= store.limits.maxQueuedCalls) {
        throw new ComponentError(
          "resource-exhausted",
          `${this.#line.length} calls wait for this instance already; ${call.label} was refused (limit maxQueuedCalls)`,
          { function: call.label },
        );
      }
    }
    if (call.callerSignal?.aborted === true) throw cancelled(call.label, call.callerSignal.reason);
  }

  #begin(waiting: Waiting): void {
    const store = this.#store;
    const { call, body } = waiting;
    store.current = call;
    let outcome: unknown;
    try {
      outcome = this.#chain.run(call, body);
    } catch (error) {
      this.#settle(waiting);
      waiting.reject(error);
      return;
    }
    if (!isPromiseLike(outcome)) {
      this.#resolve(waiting, outcome);
      return;
    }
    outcome.then(
      (value) => {
        this.#resolve(waiting, value);
        if (this.#line.length > 0) this.#advance();
      },
      (error) => {
        this.#settle(waiting);
        waiting.reject(error);
        if (this.#line.length > 0) this.#advance();
      },
    );
  }

  #resolve(waiting: Waiting, value: unknown): void {
    this.#settle(waiting);
    if (waiting.call.abandoned) this.#discard(value);
    else waiting.resolve(value);
  }

  #settle(waiting: Waiting): void {
    waiting.call.settled = true;
    this.#store.current = undefined;
    waiting.release?.();
  }

  /** Lets those in line in, as long as each is done at once. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#store.current === undefined) {
      const next = this.#line.shift();
      this.#store.queued = this.#line.length;
      if (next === undefined) break;
      const refusal = this.#store.refusal(next.call.label);
      if (refusal === undefined) this.#begin(next);
      else {
        next.release?.();
        next.reject(refusal);
      }
    }
    this.#advancing = false;
  }

  /** Follows the caller's signal and deadline until the call is settled. */
  #watch(waiting: Waiting): void {
    const { call } = waiting;
    const { callerSignal: signal, label } = call;
    const onAbort = (): void => this.#abandon(waiting, cancelled(label, signal?.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (call.deadline !== Number.POSITIVE_INFINITY) {
      const milliseconds = Math.min(call.timeRemaining(), 0x7fff_ffff);
      const expire = (): void => this.#abandon(waiting, expired(label));
      timer = setTimeout(expire, milliseconds);
    }
    waiting.release = () => {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(timer);
    };
  }

  #abandon(waiting: Waiting, reason: ComponentError): void {
    waiting.release?.();
    const place = this.#line.indexOf(waiting);
    if (place >= 0) {
      this.#line.splice(place, 1);
      this.#store.queued = this.#line.length;
    }
    waiting.reject(reason);
    waiting.call.abandon(reason);
  }

  /** @throws what the first one of them throws; by then the instance is poisoned */
  #runDeferred(): void {
    for (const body of this.#deferred.splice(0)) if (this.#store.state === "ready") body();
  }

  #refuseAll(): void {
    for (const waiting of this.#line.splice(0)) {
      waiting.release?.();
      waiting.reject(this.#store.refusal(waiting.call.label));
    }
    this.#store.queued = 0;
  }
}

function reentered(label: string): ComponentError {
  return new ComponentError(
    "trap",
    `cannot re-enter the component: ${label} was called from one of its own imports, while the call that led there is still inside`,
    { function: label },
  );
}

function cancelled(label: string, cause: unknown): ComponentError {
  return new ComponentError("cancelled", `the call of ${label} was cancelled`, { function: label, cause });
}

function expired(label: string): ComponentError {
  return new ComponentError("deadline-exceeded", `the call of ${label} took longer than its timeout`, {
    function: label,
  });
}
