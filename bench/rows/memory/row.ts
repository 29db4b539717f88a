import { join } from "node:path";
import type { Contestant, Measurement, Row } from "../../harness/row.ts";

const contestant = (kind: string): Contestant => ({
  args: ["--expose-gc", join(import.meta.dirname, "contestant.ts"), kind],
});

const measurement = (kind: string, title: string, baselines: Record<string, Contestant> = {}): Measurement => ({
  name: `memory/${kind}`,
  title: `${title}, one of 10,000, after a garbage collection; heap and buffers of the server`,
  unit: "bytes",
  better: "less",
  ours: contestant(kind),
  baselines,
  targets: [],
  details: [
    { property: "serverRss", title: "server RSS" },
    { property: "clientHeap", title: "client heap" },
    { property: "clientRss", title: "client RSS" },
    { property: "count", title: "opened" },
  ],
});

const bareSocket = { "bare-socket": contestant("bare-socket") };

/** What is held for what is open and idle. */
export const row: Row = {
  measurements: [
    measurement("plain-connection", "a connection on which nothing has come yet", bareSocket),
    measurement("session", "a session after one call", bareSocket),
    measurement("call", "a call under way in a session"),
    measurement("stream", "an open stream in a session, between two elements"),
  ],
};
