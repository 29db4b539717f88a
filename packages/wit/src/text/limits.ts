/** Bounds on what a WIT text may ask of the parser. Every one is checked before the memory is used. */
export interface WitLimits {
  /** Length of one source text in UTF-16 code units. Default 16 Mi. */
  readonly sourceLength: number;
  /** Length of all source texts of one call together, in UTF-16 code units. Default 64 Mi. */
  readonly totalLength: number;
  /** Levels of `list<list<…>>` in one type, and of packages within packages. Default 100, as in wit-parser. */
  readonly depth: number;
  /** Length of one identifier, number or version in characters. Default 1,000. */
  readonly tokenLength: number;
  /**
   * Types, functions, interfaces and world entries of the resolved model. `include` and the imports that worlds get
   * implicitly can make a model far larger than its text; this bounds it. Default 2,000,000.
   */
  readonly items: number;
}

/** What holds where no limit is given. */
export const defaultWitLimits: WitLimits = {
  sourceLength: 16 * 1024 * 1024,
  totalLength: 64 * 1024 * 1024,
  depth: 100,
  tokenLength: 1000,
  items: 2_000_000,
};
