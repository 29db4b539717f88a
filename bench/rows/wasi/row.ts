import { join } from "node:path";
import type { Measurement, Row, Target } from "../../harness/row.ts";
import type { CaseName } from "./cases.ts";

function measurement(name: string, title: string, on: CaseName, target: Target): Measurement {
  const contestant = (who: string): { args: string[] } => ({ args: [join(import.meta.dirname, `${who}.ts`), on] });
  return {
    name: `wasi/${name}`,
    title,
    unit: "µs",
    better: "less",
    ours: contestant("ours"),
    baselines: { node: contestant("node") },
    targets: [target],
  };
}

/** What WASI costs a guest, against Node doing the same. */
export const row: Row = {
  measurements: [
    measurement("clock", "reading the monotonic clock", "clock", { amount: 0.5 }),
    measurement("read", "reading 64 KiB of an open file", "read", { baseline: "node", ratio: 1 }),
    measurement("open-and-read", "opening a file, reading 64 KiB, closing it", "openAndRead", {
      baseline: "node",
      ratio: 1,
    }),
  ],
};
