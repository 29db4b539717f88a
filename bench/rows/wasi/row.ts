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

function httpEcho(inFlight: number): Measurement {
  const contestant = (who: string): { args: string[] } => ({
    args: [join(import.meta.dirname, "http-client.ts"), who, String(inFlight)],
  });
  const order = inFlight === 1 ? "one after the other" : `${inFlight} in flight`;
  return {
    name: `wasi/http-echo-${inFlight === 1 ? "sequential" : `${inFlight}-in-flight`}`,
    title: `a component with wasi:http echoes 1 KiB, its instances used again, ${order}`,
    unit: "calls/s",
    better: "more",
    ours: contestant("ours"),
    baselines: { node: contestant("node") },
    targets: [{ baseline: "node", ratio: 0.4 }],
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
    httpEcho(1),
    httpEcho(64),
  ],
};
