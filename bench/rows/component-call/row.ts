import { join } from "node:path";
import type { Measurement, Row } from "../../harness/row.ts";

const client = join(import.meta.dirname, "client.ts");
const typescript = join(import.meta.dirname, "../plain-call/ours-client.ts");

function measurement(mode: "fresh" | "reuse", inFlight: number, ratio: number): Measurement {
  const order = inFlight === 1 ? "one after the other" : `${inFlight} in flight`;
  const instances = mode === "fresh" ? "fresh instances for each call" : "instances used again";
  return {
    name: `component-call/${mode}-${inFlight === 1 ? "sequential" : `${inFlight}-in-flight`}`,
    title: `greet("test") from component to component over TCP with a connection per call, ${instances}, ${order}`,
    unit: "calls/s",
    better: "more",
    ours: { args: [client, String(inFlight), mode] },
    baselines: { typescript: { args: [typescript, String(inFlight)] } },
    targets: [{ baseline: "typescript", ratio }],
  };
}

/** Components on both sides, against TypeScript on both sides. */
export const row: Row = {
  measurements: [
    measurement("fresh", 1, 0.3),
    measurement("fresh", 64, 0.3),
    measurement("reuse", 1, 0.7),
    measurement("reuse", 64, 0.7),
  ],
};
