/** What a WAVE text may ask for. */
export interface WaveLimits {
  /** Length of the text in UTF-16 code units. Default 16,777,216. */
  readonly maxLength: number;
  /** How deep values may be nested. Default 64. */
  readonly maxDepth: number;
  /** Elements of all lists, maps and streams together; those of numeric lists are bounded by `maxLength` alone. Default 1,048,576. */
  readonly maxElements: number;
}

/** The limits of {@link parseWave} and {@link printWave} where the caller sets none. */
export const DEFAULT_WAVE_LIMITS: WaveLimits = Object.freeze({
  maxLength: 16 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 1024 * 1024,
});

/** Characters of one number literal. The longest that a number needs is below 1,100: the smallest f64 without an exponent. */
export const MAX_NUMBER_LENGTH = 4096;
