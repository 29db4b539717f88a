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
 * What ours must reach: in comparison with a baseline, or with the best of several, at least the ratio where more is
 * better, at most where less is; or an amount in the measurement's unit, for what has a price that users know.
 */
export type Target =
  | { readonly baseline: string; readonly ratio: number }
  | { readonly bestOf: readonly string[]; readonly label: string; readonly ratio: number }
  | { readonly amount: number };

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
  /** None where there is nothing to compare with; then the numbers are shown as they are. */
  readonly targets: readonly Target[];
  /** Further numbers of the printed line that are shown beside the first. */
  readonly details?: readonly Detail[];
}

/** A number that is shown and not judged. */
export interface Detail {
  /** Property of the printed line; a contestant may leave it out. */
  readonly property: string;
  /** For people, with the unit: `p50 µs`. */
  readonly title: string;
}

/** A row of the performance targets: what `bench/rows/<row>/row.ts` exports as `row`. */
export interface Row {
  readonly measurements: readonly Measurement[];
}

/** One line of the result: a measurement against one of its targets, or without any. */
export interface ResultRow {
  readonly name: string;
  /** Median over the rounds; `null` while there is nothing of ours. */
  readonly ours: number | null;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly baselines: Readonly<Record<string, number>>;
  /** Medians of the details by contestant, ours under `ours`; absent where the measurement has none. */
  readonly details?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Ours divided by the targeted baseline, or by the targeted amount; `null` also where there is no target. */
  readonly ratio: number | null;
  /** A ratio; 1 for an amount; `null` for none. */
  readonly target: number | null;
  readonly met: boolean | null;
}
