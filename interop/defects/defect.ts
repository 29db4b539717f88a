import type { Direction, Transport } from "../peers/peer.ts";

/**
 * Something that a peer is known to do wrong. Its rows have to fail, in the way that is written down here: a row that
 * works after all, or fails otherwise, makes the suite fail.
 */
export interface Defect {
  /** As the table names it: `signed integers`. */
  readonly name: string;
  /** What the peer does, for `docs/interop.md`. */
  readonly explanation: string;
  readonly rows: Readonly<Record<Direction, readonly DefectRows[]>>;
  /** The transports over which it shows. Default: all. */
  readonly over?: readonly Transport[];
}

/** Rows that fail in the same way. */
export interface DefectRows {
  readonly rows: readonly string[];
  /** What the error says: of ours its code in brackets and its message, of the peer's what it reported. */
  readonly error: RegExp;
  /** They can also work, which then depends on how fast the peer reads. Default `false`. */
  readonly sometimes?: boolean;
}
