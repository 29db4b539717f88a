import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BenchError } from "./contestant.ts";
import type { Measurement, Row } from "./row.ts";

/**
 * The measurements of all `row.ts` below a folder, or of those whose name has the filter in it.
 *
 * @throws BenchError listing what there is when the filter fits none
 */
export async function loadMeasurements(folder: string, filter = ""): Promise<Measurement[]> {
  const files = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name, "row.ts"));
  const rows = await Promise.all(
    files.filter((file) => existsSync(file)).map(async (file) => (await import(file)) as { row: Row }),
  );
  const all = rows.flatMap(({ row }) => row.measurements);
  const chosen = all.filter(({ name }) => name.includes(filter));
  if (chosen.length === 0)
    throw new BenchError(
      `nothing is called ${JSON.stringify(filter)}; there is ${all.map(({ name }) => name).join(", ")}`,
    );
  return chosen;
}
