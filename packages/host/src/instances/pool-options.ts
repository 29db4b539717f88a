/** How many instances there are, and how long each is used. */
export interface PoolOptions {
  /**
   * Calls that an instance serves, one after another, before it is thrown away. Default 1: every call gets a fresh one, so
   * that no caller sees what another one left behind. An instance whose call trapped, or was given up, is not used again.
   */
  readonly reuse?: number;
  /** Instances that exist at the same time. Default 100. Each may take as much memory as the engine's limits allow. */
  readonly maxInstances?: number;
  /** Calls that wait for an instance, first come, first served. Default 10,000; more are refused. */
  readonly maxWaitingCalls?: number;
  /** Instances that are made ahead, to wait for calls. Default 0. */
  readonly spare?: number;
  /** Milliseconds after which an instance that waits for calls is thrown away, spare ones excepted. Default 10,000. */
  readonly idleTimeout?: number;
}

/** What holds where a host is told nothing else. */
export const DEFAULT_POOL_OPTIONS: Required<PoolOptions> = Object.freeze({
  reuse: 1,
  maxInstances: 100,
  maxWaitingCalls: 10_000,
  spare: 0,
  idleTimeout: 10_000,
});

/** At least these. */
const least: Required<PoolOptions> = { reuse: 1, maxInstances: 1, maxWaitingCalls: 0, spare: 0, idleTimeout: 0 };

/**
 * Fills in the defaults.
 *
 * @throws RangeError for what is out of range
 */
export function resolvePoolOptions(options: PoolOptions): Required<PoolOptions> {
  const resolved: { -readonly [K in keyof PoolOptions]-?: number } = { ...DEFAULT_POOL_OPTIONS };
  for (const name of Object.keys(DEFAULT_POOL_OPTIONS) as (keyof PoolOptions)[]) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= least[name])) {
      throw new RangeError(`${name} must be a number from ${least[name]}, not ${String(value)}`);
    }
    resolved[name] = value;
  }
  return resolved;
}
