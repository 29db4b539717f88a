import { join } from "node:path";
import type { Contestant, Measurement, Row } from "../../harness/row.ts";

const contestant = (name: string, concurrency: number): Contestant => ({
  args: [join(import.meta.dirname, `${name}-client.ts`), String(concurrency)],
});

const measurement = (name: string, title: string, concurrency: number): Measurement => ({
  name: `session-call/${name}`,
  title: `echo of a record of 200 bytes over one TCP connection, ${title}`,
  unit: "calls/s",
  better: "more",
  ours: contestant("ours", concurrency),
  baselines: { floor: contestant("floor", concurrency) },
  targets: [{ baseline: "floor", ratio: 0.75 }],
});

/** A session against JSON with lengths over a bare socket. */
export const row: Row = {
  measurements: [measurement("sequential", "one after the other", 1), measurement("64-in-flight", "64 in flight", 64)],
};
