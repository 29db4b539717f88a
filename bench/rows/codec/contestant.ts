/*
 * One contestant, one operation, one process: `node contestant.ts --contestant ours --op encode` prints a line of JSON.
 * A process each, because what one library does to the engine's caches must not be another's burden or benefit.
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import type { Contestant } from "./contestants.ts";
import { contestants } from "./contestants.ts";
import { payload, warmers } from "./payload.ts";

const { values } = parseArgs({
  options: {
    contestant: { type: "string", default: "ours" },
    op: { type: "string", default: "encode" },
    /** Milliseconds measured. */
    time: { type: "string", default: "1000" },
  },
});

const contestant = contestants[values.contestant]?.();
if (contestant === undefined || (values.op !== "encode" && values.op !== "decode")) {
  throw new RangeError(`--contestant is one of ${Object.keys(contestants).join(", ")}; --op is encode or decode`);
}

for (const { type, value } of [payload, ...warmers]) {
  assert.deepEqual(contestant.decode(type, contestant.bytes(type, value)), value);
}
const operation = values.op === "encode" ? encoding(contestant) : decoding(contestant);
for (let round = 0; round < 3000; round++) operation.warm();
operation.run(20_000);
console.log(JSON.stringify({ contestant: values.contestant, op: values.op, ...measure(Number(values.time)) }));

interface Operation {
  warm(): void;
  run(times: number): void;
}

function encoding(subject: Contestant): Operation {
  return {
    warm() {
      for (const { type, value } of warmers) keep(subject.encode(type, value));
    },
    run(times) {
      for (let index = 0; index < times; index++) keep(subject.encode(payload.type, payload.value));
    },
  };
}

function decoding(subject: Contestant): Operation {
  const others = warmers.map(({ type, value }) => ({ type, bytes: subject.bytes(type, value) }));
  const bytes = subject.bytes(payload.type, payload.value);
  return {
    warm() {
      for (const other of others) keep(subject.decode(other.type, other.bytes));
    },
    run(times) {
      for (let index = 0; index < times; index++) keep(subject.decode(payload.type, bytes));
    },
  };
}

/** Throughput over the whole time, the collection of garbage included. */
function measure(milliseconds: number): { opsPerSecond: number; nanoseconds: number } {
  const batch = 2000;
  const start = process.hrtime.bigint();
  const until = start + BigInt(milliseconds) * 1_000_000n;
  let operations = 0;
  let now = start;
  for (; now < until; now = process.hrtime.bigint()) {
    operation.run(batch);
    operations += batch;
  }
  const nanoseconds = Number(now - start) / operations;
  return { opsPerSecond: Math.round(1e9 / nanoseconds), nanoseconds: Math.round(nanoseconds) };
}

/** Keeps a result alive, so that producing it cannot be optimised away. */
function keep(value: unknown): void {
  (globalThis as { kept?: unknown }).kept = value;
}
