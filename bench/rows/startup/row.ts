import { join } from "node:path";
import type { Row } from "../../harness/row.ts";

const measure = join(import.meta.dirname, "start.ts");
const command = join(import.meta.dirname, "../../../.staging/cli/dist/witwire.mjs");

/** Wall time of whole processes: what a user waits for before anything happens. */
export const row: Row = {
  measurements: [
    {
      name: "startup/version",
      title: "witwire --version, as it is published",
      unit: "ms",
      better: "less",
      ours: {
        args: [measure, command, "--version"],
        needs: [{ path: command, wayOut: "npm run stage" }],
      },
      baselines: { "empty.mjs": { args: [measure, join(import.meta.dirname, "empty.mjs")] } },
      targets: [{ baseline: "empty.mjs", ratio: 1.5 }],
    },
  ],
};
