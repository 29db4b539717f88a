import { ComponentError } from "@witwire/component";
import { isRpcError, RpcError } from "@witwire/rpc";
import { isWitError } from "@witwire/wit/values";
import type { HostedInstance, InstanceSource } from "./hosted-instance.ts";
import type { InstanceCall, InstanceRunner, LeaseBody, RunnerStats } from "./instance-runner.ts";
import { givenUp, watchCaller } from "./patience.ts";
import { type PoolOptions, resolvePoolOptions } from "./pool-options.ts";

/** A place in the pool. Its instance is leased, idle (since when), or on its way in or out. */
interface Pooled {
  readonly hosted: HostedInstance;
  served: number;
  idleSince: number;
}

interface Waiting {
  readonly resolve: (pooled: Pooled) => void;
  readonly reject: (error: unknown) => void;
  /** Ends the watch over the caller. */
  readonly release: () => void;
}

/**
 * Instances that serve one call at a time. Calls that find none free wait in line, under their own deadline; a call that
 * leaves the line costs nobody else their place.
 *
 * Every place holds an instance that is being made, leased, idle, or being disposed, and is free again only when that is
 * done: there are never more than `maxInstances`, whatever their guests leave behind.
 */
export class InstancePool implements InstanceRunner {
  readonly #source: InstanceSource;
  readonly #options: Required<PoolOptions>;
  readonly #waiting = new Set<Waiting>();
  /** The one used last is last, and is used next: the others may become old. */
  readonly #idle: Pooled[] = [];
  readonly #leased = new Set<Pooled>();
  #places = 0;
  #making = 0;
  #running = 0;
  #trimmer: ReturnType<typeof setTimeout> | undefined;
  #closed: PromiseWithResolvers<void> | undefined;

  /** @throws RangeError for options that are out of range */
  constructor(source: InstanceSource, options: PoolOptions = {}) {
    this.#source = source;
    this.#options = resolvePoolOptions(options);
  }

  async run<T>(call: InstanceCall, body: LeaseBody<T>): Promise<T> {
    const begun = performance.now();
    const pooled = this.#take(call) ?? (await this.#wait(call));
    const { hosted } = pooled;
    const timeout = Math.max(0, call.timeout - (performance.now() - begun));
    const options = { timeout, ...(call.signal === undefined ? {} : { signal: call.signal }) };
    let reusable = false;
    let kept: Promise<unknown> | undefined;
    this.#running++;
    try {
      const keepUntil = (settled: Promise<unknown>): void => {
        kept = kept === undefined ? settled : Promise.allSettled([kept, settled]);
      };
      const result = await body({ hosted, options, keepUntil });
      reusable = true;
      return result;
    } catch (error) {
      reusable = leavesGuestAsItWas(error);
      throw error;
    } finally {
      const release = (): void => {
        this.#running--;
        this.#release(pooled, reusable);
      };
      if (kept === undefined) release();
      else kept.then(release, release);
    }
  }

  async prepare(): Promise<void> {
    if (this.#idle.length > 0 || this.#closed !== undefined) return;
    this.#places++;
    try {
      this.#offer({ hosted: await this.#source(), served: 0, idleSince: 0 });
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  stats(): RunnerStats {
    return {
      instances: this.#places,
      idle: this.#idle.length,
      running: this.#running,
      waiting: this.#waiting.size,
    };
  }

  /** Refuses calls that wait, ends those that run, and waits until every instance is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      clearTimeout(this.#trimmer);
      for (const waiting of this.#waiting) {
        waiting.release();
        waiting.reject(closing());
      }
      this.#waiting.clear();
      for (const pooled of this.#idle.splice(0)) this.#discard(pooled);
      for (const pooled of this.#leased) void pooled.hosted.dispose().catch(reportDisposal);
      if (this.#places === 0) this.#closed.resolve();
    }
    await this.#closed.promise;
  }

  /** An instance that is there. @throws RpcError where the call need not begin, or cannot wait */
  #take(call: InstanceCall): Pooled | undefined {
    const refusal = this.#closed === undefined ? givenUp(call) : closing();
    if (refusal !== undefined) throw refusal;
    const pooled = this.#idle.pop();
    if (pooled !== undefined) {
      this.#leased.add(pooled);
      this.#fill(true);
      return pooled;
    }
    const { maxInstances, maxWaitingCalls } = this.#options;
    if (this.#places >= maxInstances && this.#waiting.size - this.#making >= maxWaitingCalls) {
      throw new RpcError(
        "resource-exhausted",
        `${call.label} was refused: all ${maxInstances} instances are busy (maxInstances), and ${maxWaitingCalls} calls wait already (maxWaitingCalls)`,
        { started: "no" },
      );
    }
    return undefined;
  }

  #wait(call: InstanceCall): Promise<Pooled> {
    return new Promise((resolve, reject) => {
      const release = watchCaller(call, "no", (reason) => {
        this.#waiting.delete(waiting);
        reject(reason);
      });
      const waiting: Waiting = { resolve, reject, release };
      this.#waiting.add(waiting);
      this.#fill(true);
    });
  }

  /** Makes instances for those that wait, and spare ones. */
  #fill(withSpare: boolean): void {
    const { spare, maxInstances } = this.#options;
    const wanted = this.#waiting.size + (withSpare ? Math.max(0, spare - this.#idle.length) : 0);
    while (this.#making < wanted && this.#places < maxInstances && this.#closed === undefined) this.#make();
  }

  #make(): void {
    this.#places++;
    this.#making++;
    this.#source().then(
      (hosted) => {
        this.#making--;
        this.#offer({ hosted, served: 0, idleSince: 0 });
      },
      (error: unknown) => {
        this.#making--;
        const waiting = this.#nextWaiting();
        waiting?.reject(error);
        this.#leave();
      },
    );
  }

  /** Gives an instance to whoever has waited longest. */
  #offer(pooled: Pooled): void {
    if (this.#closed !== undefined) {
      this.#discard(pooled);
      return;
    }
    const waiting = this.#nextWaiting();
    if (waiting === undefined) {
      pooled.idleSince = performance.now();
      this.#idle.push(pooled);
      this.#scheduleTrim();
      return;
    }
    this.#leased.add(pooled);
    waiting.resolve(pooled);
  }

  #nextWaiting(): Waiting | undefined {
    const [waiting] = this.#waiting;
    if (waiting === undefined) return undefined;
    this.#waiting.delete(waiting);
    waiting.release();
    return waiting;
  }

  #release(pooled: Pooled, reusable: boolean): void {
    this.#leased.delete(pooled);
    pooled.served++;
    if (reusable && pooled.served < this.#options.reuse && pooled.hosted.state === "ready") this.#offer(pooled);
    else this.#discard(pooled);
  }

  #discard({ hosted }: Pooled): void {
    hosted
      .dispose()
      .catch(reportDisposal)
      .finally(() => {
        this.#leave();
        this.#fill(true);
      });
  }

  /** A place is free. Nothing spare is made here, for it may be free because making an instance failed. */
  #leave(): void {
    this.#places--;
    this.#fill(false);
    if (this.#places === 0) this.#closed?.resolve();
  }

  /** Throws away instances that nobody has needed for a while. */
  #scheduleTrim(): void {
    const { spare, idleTimeout } = this.#options;
    const [oldest] = this.#idle;
    if (this.#trimmer !== undefined || oldest === undefined || this.#idle.length <= spare) return;
    const wait = Math.max(0, oldest.idleSince + idleTimeout - performance.now());
    this.#trimmer = setTimeout(() => this.#trim(), Math.min(wait + 1, 0x7fff_ffff));
    // A program that has nothing else to do need not wait for this.
    (this.#trimmer as { unref?(): void }).unref?.();
  }

  #trim(): void {
    this.#trimmer = undefined;
    const { spare, idleTimeout } = this.#options;
    const expired = performance.now() - idleTimeout;
    while (this.#idle.length > spare && (this.#idle[0] as Pooled).idleSince <= expired) {
      this.#discard(this.#idle.shift() as Pooled);
    }
    this.#scheduleTrim();
  }
}

/** After these the guest is ready for the next call: it answered, or saw nothing of the call. */
function leavesGuestAsItWas(error: unknown): boolean {
  if (isWitError(error)) return true;
  return error instanceof ComponentError
    ? error.code === "invalid-argument"
    : isRpcError(error) && error.started === "no";
}

function closing(): RpcError {
  return new RpcError("unavailable", "the component is shutting down", { started: "no" });
}

function reportDisposal(error: unknown): void {
  // Nobody called, so nobody can be answered; the instance is gone all the same.
  console.error("disposing an instance of a component failed:", error);
}
