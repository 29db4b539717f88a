import { join } from "node:path";
import type { Row } from "../../harness/row.ts";

const inFlight = "64";

/** Components on both sides of a session, against JSON with lengths over a bare socket: the floor of `session-call`. */
export const row: Row = {
  measurements: [
    {
      name: "component-session/64-in-flight",
      title: "echo of a record of 200 bytes from component to component over one TCP connection, 64 in flight",
      unit: "calls/s",
      better: "more",
      ours: { args: [join(import.meta.dirname, "client.ts"), inFlight] },
      baselines: { floor: { args: [join(import.meta.dirname, "../session-call/floor-client.ts"), inFlight] } },
      targets: [{ baseline: "floor", ratio: 0.4 }],
    },
  ],
};
