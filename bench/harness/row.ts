/** A process that measures one thing and prints a line of JSON with the number. */
export interface Contestant {
  /** Arguments for Node: a script and what it takes. */
  readonly args: readonly string[];
  /** Property of the printed line that holds the number. Default `value`. */
  readonly property?: string;
  /** Files without which it cannot run, and what brings them. */
  readonly needs?: readonly { readonly path: string; readonly wayOut: string }[];
}

/**
 * What ours must reach: in comparison with a baseline, at least the ratio where more is better, at most where less is; or
 * an amount in the measurement's unit, for what has a price that users know.
 */
export type Target = { readonly baseline: string; readonly ratio: number } | { readonly amount: number };

/** One quantity, measured for ours and for the baselines in turns. */
export interface Measurement {
  /** Unique, for example `plain-call/64-in-flight`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Of the numbers, for example `calls/s`. */
  readonly unit: string;
  readonly better: "more" | "less";
  /** Absent while there is nothing of ours to measure. */
  readonly ours?: Contestant;
  readonly baselines: Readonly<Record<string, Contestant>>;
  readonly targets: readonly Target[];
}

/** A row of the performance targets: what `bench/rows/<row>/row.ts` exports as `row`. */
export interface Row {
  readonly measurements: readonly Measurement[];
}

/** One line of the result: a measurement against one of its targets. */
export interface ResultRow {
  readonly name: string;
  /** Median over the rounds; `null` while there is nothing of ours. */
  readonly ours: number | null;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly baselines: Readonly<Record<string, number>>;
  /** Ours divided by the targeted baseline, or by the targeted amount. */
  readonly ratio: number | null;
  /** A ratio; 1 for an amount. */
  readonly target: number;
  readonly met: boolean | null;
}
