/** What one component may use. Every limit is checked before anything is allocated. */
export interface EngineLimits {
  /** Size of a component's binary in bytes. Default 64 MiB. */
  readonly maxComponentBytes: number;
  /** Linear memory of one instance in bytes; several memories share it evenly. Default 256 MiB. */
  readonly maxMemoryBytes: number;
  /** Elements of the tables of one instance; several tables share them evenly. Default 1,000,000. */
  readonly maxTableElements: number;
  /** Core and component instances that one instantiation may make. Default 1,000. */
  readonly maxInstances: number;
  /** Handles to resources in one instance, all tables together. Default 100,000. */
  readonly maxHandles: number;
  /** Calls that wait while another one is inside the guest. Default 1,024. */
  readonly maxQueuedCalls: number;
  /** Guest calls of the whole process that wait for an import. Default 10,000; V8 gives up near 32,000. */
  readonly maxSuspendedCalls: number;
  /**
   * Size in bytes of what is lifted out of a guest for one call. Strings and lists count as they lie in memory, elements
   * other than numbers as at least 16 bytes. Default 16 MiB.
   */
  readonly maxValueBytes: number;
}

export const DEFAULT_ENGINE_LIMITS: EngineLimits = Object.freeze({
  maxComponentBytes: 64 * 1024 * 1024,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxTableElements: 1_000_000,
  maxInstances: 1_000,
  maxHandles: 100_000,
  maxQueuedCalls: 1_024,
  maxSuspendedCalls: 10_000,
  maxValueBytes: 16 * 1024 * 1024,
});

/**
 * Fills in the defaults.
 *
 * @throws RangeError for a limit that is no number from 0
 */
export function resolveEngineLimits(limits: Partial<EngineLimits> = {}): EngineLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === "number" && value >= 0)) {
      throw new RangeError(`the limit ${name} must be a number from 0, not ${String(value)}`);
    }
  }
  return { ...DEFAULT_ENGINE_LIMITS, ...limits };
}
