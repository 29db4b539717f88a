import type { CallOptions } from "@witwire/wit/values";
import type { HostedInstance } from "./hosted-instance.ts";

/** A call that needs an instance. */
export interface InstanceCall {
  /** What is called, for messages. */
  readonly label: string;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the caller gives up; `Infinity` for never. */
  readonly timeout: number;
  /** Is given the result of a call whose caller did not wait for it. */
  readonly discard?: (result: unknown) => void;
}

/** An instance for the time of one call. */
export interface Lease {
  readonly hosted: HostedInstance;
  /** What the engine is to be told: when the caller gives up, and what time is left. */
  readonly options: CallOptions;
  /** The call is over for its caller, but something that it handed out is still fed by the instance. */
  keepUntil(settled: Promise<unknown>): void;
}

/** Does the work of one call. Enters the instance at once, before it awaits anything. */
export type LeaseBody<T> = (lease: Lease) => T | PromiseLike<T>;

/** Finds an instance for every call. */
export interface InstanceRunner extends AsyncDisposable {
  /**
   * Runs a call in an instance.
   *
   * @throws what the body throws, and RpcError `cancelled`, `deadline-exceeded`, `resource-exhausted`, `unavailable`
   */
  run<T>(call: InstanceCall, body: LeaseBody<T>): Promise<T>;
  /** Makes an instance ahead of the first call, so that what is missing is found now. @throws what instantiating throws */
  prepare(): Promise<void>;
  stats(): RunnerStats;
}

/** What is in use at the moment. */
export interface RunnerStats {
  /** Instances that exist: in use, idle, being made or being disposed. */
  readonly instances: number;
  /** Instances that wait for a call. */
  readonly idle: number;
  /** Calls inside an instance. */
  readonly running: number;
  /** Calls that wait for an instance, or for their turn in it. */
  readonly waiting: number;
}
