import { join } from "node:path";
import type { Contestant, Row, Target } from "../../harness/row.ts";

const msgpackr = join(import.meta.dirname, "../../node_modules/msgpackr/package.json");

/** All of them are in one module, which imports the competitors; so all of them need these. */
const contestant = (name: string, op: "encode" | "decode"): Contestant => ({
  args: [join(import.meta.dirname, "contestant.ts"), "--contestant", name, "--op", op],
  property: "opsPerSecond",
  needs: [{ path: msgpackr, wayOut: "npm run bench:install" }],
});

const measurement = (op: "encode" | "decode", targets: readonly Target[]): Row["measurements"][number] => ({
  name: `codec/${op}`,
  title: `a nested record of 600 bytes, twelve other types before it: ${op}`,
  unit: "ops/s",
  better: "more",
  ours: contestant("ours", op),
  baselines: { msgpackr: contestant("msgpackr", op), json: contestant("json", op) },
  targets,
});

/** The component-model value encoding against msgpackr (without records) and JSON. */
export const row: Row = {
  measurements: [
    measurement("encode", [
      { baseline: "msgpackr", ratio: 1.5 },
      { baseline: "json", ratio: 1.3 },
    ]),
    measurement("decode", [
      { baseline: "msgpackr", ratio: 1.5 },
      { baseline: "json", ratio: 1.7 },
    ]),
  ],
};
