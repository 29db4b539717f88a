import { join } from "node:path";
import type { Contestant, Row } from "../../harness/row.ts";
import { type Transport, transports } from "./transports.ts";
import { IN_FLIGHT } from "./workload.ts";

const contestant = ({ name }: Transport): Contestant => ({ args: [join(import.meta.dirname, "contestant.ts"), name] });

const present = transports.filter(({ missing }) => missing?.() === undefined);

/** All transports side by side. None is the measure of the others, and there is no target. */
export const row: Row = {
  measurements: [
    {
      name: "transports/all",
      title: `echo of a record of 200 bytes over every transport, ${IN_FLIGHT} in flight`,
      unit: "calls/s",
      better: "more",
      baselines: Object.fromEntries(present.map((transport) => [transport.name, contestant(transport)])),
      targets: [],
      details: [
        { property: "sequential", title: "one at a time" },
        { property: "bytes", title: "bytes, MB/s" },
      ],
    },
  ],
};
