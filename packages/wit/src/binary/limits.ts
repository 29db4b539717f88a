/** Bounds on what a component binary may ask of the decoder. Every one is checked before the memory is used. */
export interface DecodeLimits {
  /** Size of the file in bytes. Default 64 Mi. */
  readonly bytes: number;
  /**
   * Levels of components within components and of component and instance types within each other, and levels of one
   * value type (`list<list<…>>`). Default 100, as in wasm-tools; at most 500.
   */
  readonly depth: number;
  /** Types, counting those that come about when an instance brings its own copies. Default 500,000. */
  readonly types: number;
  /** Entries of all index spaces together; of a model, types and functions of all interfaces. Default 500,000. */
  readonly definitions: number;
  /**
   * Comparisons and visits while types are matched and specialised. Nested instances can ask for far more of these than
   * they have bytes. Default 2,000,000, which is less than a second of work; large components need some 20,000.
   */
  readonly steps: number;
}

/** The most that {@link DecodeLimits.depth} can be raised to: the decoder descends once for each level. */
export const greatestDecodeDepth = 500;

/** What holds where no limit is given. */
export const defaultDecodeLimits: DecodeLimits = {
  bytes: 64 * 1024 * 1024,
  depth: 100,
  types: 500_000,
  definitions: 500_000,
  steps: 2_000_000,
};
