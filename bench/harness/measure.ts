import type { Numbers } from "./contestant.ts";
import { median } from "./median.ts";
import type { Contestant, Measurement, ResultRow, Target } from "./row.ts";

export interface MeasureOptions {
  readonly rounds: number;
  /** Runs one contestant and gives its numbers. */
  readonly run: (name: string, contestant: Contestant) => Promise<Numbers>;
  /** Told after every run. */
  readonly progress?: (done: number, of: number, name: string) => void;
}

/**
 * Measures all contestants in every round, each round beginning with another one, so that what changes while the
 * benchmark runs (heat, neighbours) changes for all.
 */
export async function measure(measurement: Measurement, options: MeasureOptions): Promise<ResultRow[]> {
  const contestants = contestantsOf(measurement);
  const runs = new Map<string, Numbers[]>(contestants.map(([name]) => [name, []]));
  const total = options.rounds * contestants.length;
  for (let turn = 0; turn < total; turn++) {
    const [name, contestant] = contestantOfTurn(contestants, turn);
    runs.get(name)?.push(await options.run(`${measurement.name} ${name}`, contestant));
    options.progress?.(turn + 1, total, name);
  }
  const properties = ["value", ...(measurement.details ?? []).map(({ property }) => property)];
  return compare(measurement, new Map([...runs].map(([name, list]) => [name, medians(list, properties)])));
}

/** The median of each property over those runs that printed it. */
function medians(runs: readonly Numbers[], properties: readonly string[]): Numbers {
  const found = properties.map((property): [string, number[]] => [
    property,
    runs.flatMap((numbers) => numbers[property] ?? []),
  ]);
  const entries = found.filter(([, list]) => list.length > 0).map(([property, list]) => [property, median(list)]);
  return Object.fromEntries(entries) as Numbers;
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

/** One row of the result for each target, or one without a target. */
export function compare(measurement: Measurement, medians: ReadonlyMap<string, Numbers>): ResultRow[] {
  const { name, unit, better, targets } = measurement;
  const ours = medians.get("ours")?.value ?? null;
  const baselines = Object.fromEntries(
    Object.keys(measurement.baselines).map((key) => [key, medians.get(key)?.value ?? Number.NaN]),
  );
  const details = measurement.details === undefined ? {} : { details: Object.fromEntries(medians) };
  if (targets.length === 0) return [{ name, ours, unit, baselines, ...details, ratio: null, target: null, met: null }];
  return targets.map((target) => {
    const against = amountOf(target, measurement, baselines);
    const wanted = "amount" in target ? 1 : target.ratio;
    const ratio = ours === null ? null : ours / against;
    const met = ratio === null ? null : better === "more" ? ratio >= wanted : ratio <= wanted;
    const label = targets.length === 1 ? name : `${name}/${targetLabel(target)}`;
    return { name: label, ours, unit, baselines, ...details, ratio, target: wanted, met };
  });
}

/** What a target is against, in a word. */
export function targetLabel(target: Target): string {
  if ("amount" in target) return "amount";
  return "bestOf" in target ? target.label : target.baseline;
}

function amountOf(target: Target, { name, better }: Measurement, baselines: Record<string, number>): number {
  if ("amount" in target) return target.amount;
  const rivals = "bestOf" in target ? target.bestOf : [target.baseline];
  const numbers = rivals.map((rival) => {
    const number = baselines[rival];
    if (number === undefined) throw new RangeError(`${name} has a target against ${rival}, which is no baseline of it`);
    return number;
  });
  return better === "more" ? Math.max(...numbers) : Math.min(...numbers);
}
