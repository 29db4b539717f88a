import { median } from "./median.ts";
import type { Contestant, Measurement, ResultRow } from "./row.ts";

export interface MeasureOptions {
  readonly rounds: number;
  /** Runs one contestant and gives its number. */
  readonly run: (name: string, contestant: Contestant) => Promise<number>;
  /** Told after every run. */
  readonly progress?: (done: number, of: number, name: string) => void;
}

/**
 * Measures all contestants in every round, each round beginning with another one, so that what changes while the
 * benchmark runs (heat, neighbours) changes for all.
 */
export async function measure(measurement: Measurement, options: MeasureOptions): Promise<ResultRow[]> {
  const contestants = contestantsOf(measurement);
  const values = new Map<string, number[]>(contestants.map(([name]) => [name, []]));
  const total = options.rounds * contestants.length;
  for (let turn = 0; turn < total; turn++) {
    const [name, contestant] = contestantOfTurn(contestants, turn);
    values.get(name)?.push(await options.run(`${measurement.name} ${name}`, contestant));
    options.progress?.(turn + 1, total, name);
  }
  const medians = new Map([...values].map(([name, list]) => [name, median(list)]));
  return compare(measurement, medians);
}

/** Ours under the name `ours`, then the baselines. */
export function contestantsOf(measurement: Measurement): [name: string, contestant: Contestant][] {
  const baselines = Object.entries(measurement.baselines);
  return measurement.ours === undefined ? baselines : [["ours", measurement.ours], ...baselines];
}

function contestantOfTurn(contestants: readonly [string, Contestant][], turn: number): [string, Contestant] {
  const round = Math.floor(turn / contestants.length);
  const chosen = contestants[(turn + round) % contestants.length];
  if (chosen === undefined) throw new RangeError("a measurement needs contestants");
  return chosen;
}

/** One row of the result for each target. */
export function compare(measurement: Measurement, medians: ReadonlyMap<string, number>): ResultRow[] {
  const { name, unit, better, targets } = measurement;
  const ours = medians.get("ours") ?? null;
  const baselines = Object.fromEntries(
    Object.keys(measurement.baselines).map((key) => [key, medians.get(key) ?? Number.NaN]),
  );
  return targets.map((target) => {
    const against = "amount" in target ? target.amount : baselines[target.baseline];
    if (against === undefined) {
      const missing = "amount" in target ? "an amount" : target.baseline;
      throw new RangeError(`${name} has a target against ${missing}, which is no baseline of it`);
    }
    const wanted = "amount" in target ? 1 : target.ratio;
    const ratio = ours === null ? null : ours / against;
    const met = ratio === null ? null : better === "more" ? ratio >= wanted : ratio <= wanted;
    const label = targets.length === 1 ? name : `${name}/${"amount" in target ? "amount" : target.baseline}`;
    return { name: label, ours, unit, baselines, ratio, target: wanted, met };
  });
}
