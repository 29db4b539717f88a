import { join } from "node:path";
import type { Contestant, Measurement, Row } from "../../harness/row.ts";

const contestant = (name: string, ...args: string[]): Contestant => ({
  args: [join(import.meta.dirname, `${name}-client.ts`), ...args],
});

const bytes: Measurement = {
  name: "session-stream/bytes",
  title: "echo of a stream<u8> in chunks of 64 KiB over TCP",
  unit: "MB/s",
  better: "more",
  ours: contestant("ours", "bytes"),
  baselines: { floor: contestant("floor") },
  targets: [{ baseline: "floor", ratio: 0.7 }],
};

const numbers: Measurement = {
  name: "session-stream/numbers",
  title: "echo of a stream<u32> in chunks of 16,384 numbers, against our own stream<u8>",
  unit: "MB/s",
  better: "more",
  ours: contestant("ours", "numbers"),
  baselines: { bytes: contestant("ours", "bytes") },
  targets: [{ baseline: "bytes", ratio: 0.5 }],
};

/** Streams over a session against the same chunks through a bare socket. */
export const row: Row = { measurements: [bytes, numbers] };
