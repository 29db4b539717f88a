import { UsageError } from "./usage-error.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of `500ms`, `5s`, `1.5m`, `2h`.
 *
 * @throws UsageError for anything else
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = units[match?.[2] ?? ""];
  if (match === null || unit === undefined)
    throw new UsageError(`"${text}" is no duration: write 500ms, 5s, 1.5m or 2h`);
  return Number(match[1]) * unit;
}
