import { join } from "node:path";
import type { Contestant, Detail, Measurement, Row } from "../../harness/row.ts";
import { manifestOf, ours, type Peer, rivals } from "./peers.ts";

const contestant = (peer: Peer, ...args: string[]): Contestant => ({
  args: [join(import.meta.dirname, "contestant.ts"), peer.name, ...args],
  needs: [{ path: manifestOf(peer), wayOut: "npm run bench:install" }],
});

const contestants = (peers: readonly Peer[], ...args: string[]): Record<string, Contestant> =>
  Object.fromEntries(peers.map((peer) => [peer.name, contestant(peer, ...args)]));

const processes: readonly Detail[] = [
  { property: "clientCpu", title: "client CPU µs" },
  { property: "serverCpu", title: "server CPU µs" },
  { property: "serverRss", title: "server MB" },
];

const libraries = rivals.filter(({ floor }) => floor !== true).map(({ name }) => name);

function calls(name: string, inFlight: number, targets: Measurement["targets"]): Measurement {
  return {
    name: `peers/${name}`,
    title: `echo of a record of 200 bytes through RPC libraries, ${inFlight} in flight`,
    unit: "calls/s",
    better: "more",
    ours: contestant(ours, "calls", String(inFlight)),
    baselines: contestants(rivals, "calls", String(inFlight)),
    targets,
    details: [{ property: "p50", title: "p50 µs" }, { property: "p99", title: "p99 µs" }, ...processes],
  };
}

function stream(what: "people" | "bytes", title: string, unit: string): Measurement {
  const able = rivals.filter(({ streams }) => streams.includes(what));
  return {
    name: `peers/${what === "people" ? "stream-records" : "stream-bytes"}`,
    title,
    unit,
    better: "more",
    ours: contestant(ours, what),
    baselines: contestants(able, what),
    targets: [],
    details: processes,
  };
}

/** A session against other RPC libraries, and against floors without any. */
export const row: Row = {
  measurements: [
    calls("sequential", 1, []),
    calls("64-in-flight", 64, [
      { bestOf: libraries, label: "the best library", ratio: 2.5 },
      { baseline: "grpc-js", ratio: 15 },
    ]),
    stream("people", "20,000 records of 200 bytes streamed from the server", "records/s"),
    stream("bytes", "bytes streamed from the server in chunks of 64 KiB", "MB/s"),
  ],
};
