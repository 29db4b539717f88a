import { join } from "node:path";
import type { Contestant, Measurement, Row } from "../../harness/row.ts";

const contestant = (name: string, ...args: string[]): Contestant => ({
  args: [join(import.meta.dirname, `${name}-client.ts`), ...args],
});

const unit = { unit: "MB/s", better: "more" } as const;

const bytes: Measurement = {
  name: "session-stream/bytes",
  title: "echo of a stream<u8> in chunks of 64 KiB over TCP",
  ...unit,
  ours: contestant("ours", "bytes"),
  baselines: { floor: contestant("floor") },
  targets: [{ baseline: "floor", ratio: 0.7 }],
};

const numbers: Measurement = {
  name: "session-stream/numbers",
  title: "echo of a stream<u32> in chunks of 16,384 numbers, against our own stream<u8>",
  ...unit,
  ours: contestant("ours", "numbers"),
  baselines: { bytes: contestant("ours", "bytes") },
  targets: [{ baseline: "bytes", ratio: 0.5 }],
};

const lentBytes: Measurement = {
  ...bytes,
  name: "session-stream/lent-bytes",
  title: "the same, the memory of chunks given away and borrowed",
  ours: contestant("ours", "bytes", "--lent"),
};

const lentNumbers: Measurement = {
  ...numbers,
  name: "session-stream/lent-numbers",
  title: "echo of a stream<u32>, the memory of chunks given away and borrowed, against our own stream<u8>",
  ours: contestant("ours", "numbers", "--lent"),
  baselines: { bytes: contestant("ours", "bytes", "--lent") },
};

const largeHeap: Measurement = {
  name: "session-stream/large-heap",
  title: "echo of a stream<u8> lent, in processes that hold 100 MB of objects",
  ...unit,
  ours: contestant("ours", "bytes", "--lent", "--large-heap"),
  baselines: {
    floor: contestant("floor", "--large-heap"),
    "ours, kept": contestant("ours", "bytes", "--large-heap"),
  },
  targets: [{ baseline: "floor", ratio: 0.7 }],
};

/** Streams over a session against the same chunks through a bare socket. */
export const row: Row = { measurements: [bytes, numbers, lentBytes, lentNumbers, largeHeap] };
