import type { Measurement, ResultRow } from "./row.ts";

/** The results of a measurement as text: every contestant with its number, then every target with its ratio. */
export function formatResults(measurement: Measurement, rows: readonly ResultRow[]): string {
  const [first] = rows;
  const lines = [`${measurement.name}: ${measurement.title} (${measurement.unit}, ${measurement.better} is better)`];
  const numbers: [string, number | null][] = [["ours", first?.ours ?? null], ...Object.entries(first?.baselines ?? {})];
  const width = Math.max(...numbers.map(([name]) => name.length));
  for (const [name, value] of numbers)
    lines.push(`  ${name.padEnd(width)}  ${value === null ? "nothing to measure yet" : formatNumber(value)}`);
  measurement.targets.forEach((target, index) => {
    const row = rows[index];
    const sign = measurement.better === "more" ? ">=" : "<=";
    const ratio = row?.ratio == null ? "-" : row.ratio.toFixed(2);
    const verdict = row?.met == null ? "open" : row.met ? "met" : "MISSED";
    const goal =
      "amount" in target
        ? `target ${sign} ${target.amount} ${measurement.unit}`
        : `${ratio} of ${target.baseline}, target ${sign} ${target.ratio}`;
    lines.push(`  ${goal}: ${verdict}`);
  });
  return lines.join("\n");
}

/** Three significant digits at least, and thousands apart. */
export function formatNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(digits, 6),
    maximumFractionDigits: Math.min(digits, 6),
  });
}
