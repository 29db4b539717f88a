/** Bounds on what a WIT text may ask of the parser. Every one is checked before the memory is used. */
export interface WitLimits {
  /** Length of one source text in UTF-16 code units. Default 16 Mi. */
  readonly sourceLength: number;
  /** Length of all source texts of one call together, in UTF-16 code units. Default 64 Mi. */
  readonly totalLength: number;
  /** Levels of `list<list<…>>` in one type, and of packages within packages. Default 100, as in wit-parser; at most 1,000. */
  readonly depth: number;
  /** Length of one identifier, number, version or string in characters. Default 4,096. */
  readonly tokenLength: number;
  /**
   * Types, functions, interfaces and world entries of the resolved model. `include` and the imports that worlds get
   * implicitly can make a model far larger than its text; this bounds it. Default 2,000,000.
   */
  readonly items: number;
}

/** The most that {@link WitLimits.depth} can be raised to: the parser descends once for each level. */
export const greatestDepth = 1000;

/** What holds where no limit is given. */
export const defaultWitLimits: WitLimits = {
  sourceLength: 16 * 1024 * 1024,
  totalLength: 64 * 1024 * 1024,
  depth: 100,
  tokenLength: 4096,
  items: 2_000_000,
};
