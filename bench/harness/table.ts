import { targetLabel } from "./measure.ts";
import type { Measurement, ResultRow } from "./row.ts";

/** The results of a measurement as text: every contestant with its numbers, then every target with its ratio. */
export function formatResults(measurement: Measurement, rows: readonly ResultRow[]): string {
  const title = `${measurement.name}: ${measurement.title} (${measurement.unit}, ${measurement.better} is better)`;
  return [title, ...formatContestants(measurement, rows[0]), ...formatTargets(measurement, rows)].join("\n");
}

function formatContestants(measurement: Measurement, row: ResultRow | undefined): string[] {
  const { details = [], targets } = measurement;
  // Where there is nothing to reach either, what is measured is all ours.
  const ours: [string, number | null][] =
    measurement.ours === undefined && targets.length === 0 ? [] : [["ours", row?.ours ?? null]];
  const numbers: [string, number | null][] = [...ours, ...Object.entries(row?.baselines ?? {})];
  const lines = numbers.map(([name, value]) => [
    name,
    value === null ? "nothing to measure yet" : formatNumber(value),
    ...details.map(({ property }) => formatDetail(row?.details?.[name]?.[property])),
  ]);
  if (details.length > 0) lines.unshift(["", "", ...details.map(({ title }) => title)]);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => `  ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

function formatTargets({ targets, better, unit }: Measurement, rows: readonly ResultRow[]): string[] {
  const sign = better === "more" ? ">=" : "<=";
  return targets.map((target, index) => {
    const row = rows[index];
    const ratio = row?.ratio == null ? "-" : row.ratio.toFixed(2);
    const verdict = row?.met == null ? "open" : row.met ? "met" : "MISSED";
    const goal =
      "amount" in target
        ? `target ${sign} ${target.amount} ${unit}`
        : `${ratio} of ${targetLabel(target)}, target ${sign} ${target.ratio}`;
    return `  ${goal}: ${verdict}`;
  });
}

function formatDetail(value: number | undefined): string {
  return value === undefined ? "-" : formatNumber(value);
}

/** Three significant digits at least, and thousands apart. */
export function formatNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(digits, 6),
    maximumFractionDigits: Math.min(digits, 6),
  });
}
