/** How much one instance may hold and ask for. Whatever goes beyond is refused, or given in parts where WASI allows that. */
export interface WasiLimits {
  /** Pollables that are not dropped. Default 10,000; one more is a trap. */
  readonly maxPollables: number;
  /** Input and output streams that are not dropped. Default 4,096; one more is a trap. */
  readonly maxStreams: number;
  /** Open files and folders, and listings of folders. Default 1,024; one more fails with `quota`. */
  readonly maxDescriptors: number;
  /** Sockets that are not dropped, and HTTP requests under way. Default 256. */
  readonly maxSockets: number;
  /** Bytes that an output stream takes before its destination has taken them. Default 64 KiB. */
  readonly maxBufferedBytes: number;
  /** Bytes that a stream or a file gives in one answer. The rest comes with the next call. Default 1 MiB. */
  readonly maxReadBytes: number;
  /** Bytes that one call for random bytes may ask for, and the length may not be cut. Default 16 MiB; more is a trap. */
  readonly maxRandomBytes: number;
  /**
   * Milliseconds after which a call that could answer at once lets the event loop run first, so that a guest that never
   * really waits does not hold up everything else. Default 10.
   */
  readonly maxTurn: number;
}

export const DEFAULT_WASI_LIMITS: WasiLimits = Object.freeze({
  maxPollables: 10_000,
  maxStreams: 4_096,
  maxDescriptors: 1_024,
  maxSockets: 256,
  maxBufferedBytes: 64 * 1024,
  maxReadBytes: 1024 * 1024,
  maxRandomBytes: 16 * 1024 * 1024,
  maxTurn: 10,
});

/** @throws RangeError naming the limit that is no number from 1 */
export function resolveLimits(given: Partial<WasiLimits> = {}): WasiLimits {
  const limits = { ...DEFAULT_WASI_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value !== "number" || !(value >= 1)) {
      throw new RangeError(`the limit ${name} must be a number from 1, not ${String(value)}`);
    }
  }
  return limits;
}
