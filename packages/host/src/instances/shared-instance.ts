import { ComponentError } from "@witwire/component";
import { RpcError } from "@witwire/rpc";
import { toRpcError } from "../failures.ts";
import type { HostedInstance, InstanceSource } from "./hosted-instance.ts";
import type { InstanceCall, InstanceRunner, LeaseBody, RunnerStats } from "./instance-runner.ts";
import { givenUp, watchCaller } from "./patience.ts";

/** One of the instances that follow each other, with the calls that are in it, in the order in which it runs them. */
interface Generation {
  readonly hosted: HostedInstance;
  readonly calls: Set<object>;
  /** What made it unusable. */
  failure: unknown;
}

/**
 * One instance that all callers share, because it holds resources that they refer to. The engine runs calls in it one at
 * a time. A caller that gives up while its call waits leaves the line; one whose call is running is told so at once, while
 * the guest finishes, for ending it would take everybody's resources along. When the instance is lost (a trap), the next
 * call gets a new one.
 */
export class SharedInstance implements InstanceRunner {
  readonly #source: InstanceSource;
  #current: Promise<Generation> | undefined;
  /** Those that exist, the lost ones included whose disposal is not over. */
  readonly #generations = new Set<Generation>();
  #disposals: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(source: InstanceSource) {
    this.#source = source;
  }

  async run<T>(call: InstanceCall, body: LeaseBody<T>): Promise<T> {
    const refusal = this.#closed ? closing() : givenUp(call);
    if (refusal !== undefined) throw refusal;
    const generation = await this.#generation();
    return this.#enter(generation, call, body);
  }

  async prepare(): Promise<void> {
    if (!this.#closed) await this.#generation();
  }

  stats(): RunnerStats {
    const calls = [...this.#generations].map((generation) => generation.calls.size);
    return {
      instances: this.#generations.size,
      idle: calls.filter((count) => count === 0).length,
      running: calls.filter((count) => count > 0).length,
      waiting: calls.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const current = await this.#current?.catch(() => undefined);
    if (current !== undefined) this.#retire(current);
    await this.#disposals;
  }

  #generation(): Promise<Generation> {
    this.#current ??= this.#make();
    return this.#current;
  }

  async #make(): Promise<Generation> {
    try {
      const generation: Generation = { hosted: await this.#source(), calls: new Set(), failure: undefined };
      this.#generations.add(generation);
      return generation;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  #enter<T>(generation: Generation, call: InstanceCall, body: LeaseBody<T>): Promise<T> {
    const { hosted, calls } = generation;
    const entry = {};
    const leaveLine = new AbortController();
    calls.add(entry);
    return new Promise((resolve, reject) => {
      let left = false;
      const release = watchCaller(call, "yes", (reason) => {
        left = true;
        const [running] = calls;
        if (running !== entry) leaveLine.abort(reason);
        reject(running === entry ? reason : new RpcError(reason.code, reason.message, { started: "no" }));
      });
      const leave = (): void => {
        release();
        calls.delete(entry);
        if (hosted.state !== "ready") this.#retire(generation);
      };
      const failed = (error: unknown): void => {
        leave();
        reject(this.#explain(generation, error));
      };
      try {
        const options = { signal: leaveLine.signal };
        const outcome = body({ hosted, options, keepUntil: () => {} });
        Promise.resolve(outcome).then((value) => {
          leave();
          if (left) call.discard?.(value);
          else resolve(value);
        }, failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** A call that waited when another one trapped never began, and may be made again. */
  #explain(generation: Generation, error: unknown): unknown {
    if (!(error instanceof ComponentError)) return error;
    // The engine's line was full: a guest that had begun, and then ran out of something, would be lost.
    if (generation.hosted.state === "ready")
      return error.code === "resource-exhausted" ? toRpcError(error, "no") : error;
    if (generation.failure === undefined) generation.failure = error;
    if (error.cause !== generation.failure) return error;
    return new RpcError(
      "unavailable",
      "the instance was lost in another call; a new one takes this call when it is made again",
      {
        started: "no",
        cause: error,
      },
    );
  }

  #retire(generation: Generation): void {
    if (!this.#generations.has(generation)) return;
    this.#current = undefined;
    const disposal = generation.hosted.dispose().then(undefined, (error: unknown) => {
      console.error("disposing an instance of a component failed:", error);
    });
    // Those that waited in it have been refused by now, or are refused by this.
    this.#generations.delete(generation);
    this.#disposals = Promise.all([this.#disposals, disposal]);
  }
}

function closing(): RpcError {
  return new RpcError("unavailable", "the component is shutting down", { started: "no" });
}
