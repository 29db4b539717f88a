import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "../compliance/wire-bytes.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { FrameWriter } from "./frame-writer.ts";
import { OpenReader } from "./open-reader.ts";
import { EventLog } from "./testing/event-log.ts";
import { type TurnOwner, TurnReader } from "./turn-reader.ts";

/** Notes frames, ends of turns, and what was wrong; may stop to listen. */
class TurnLog extends EventLog implements TurnOwner {
  listening = true;
  turnRead(): void {
    this.events.push("turn");
  }
  violated(): void {
    this.events.push("violated");
  }
}

/** Pings that are numbered by their first byte. */
function pings(from: number, to: number): Uint8Array {
  const writer = new FrameWriter();
  for (let number = from; number < to; number++) writer.ping(new Uint8Array([number, 0, 0, 0, 0, 0, 0, 0]), false);
  return concat(...writer.take());
}

const numbers = (log: TurnLog): number[] =>
  log.events.filter((event) => event.startsWith("ping")).map((event) => Number.parseInt(event.slice(5, 7), 16));

const upTo = (end: number): number[] => Array.from({ length: end }, (_, number) => number);

const reading = (): { log: TurnLog; reader: TurnReader } => {
  const log = new TurnLog();
  return { log, reader: new TurnReader(log, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)) };
};

test("what the first frames have started goes on before the last ones are read", async () => {
  const { log, reader } = reading();
  const first = new Promise<number>((resolve) => {
    log.turnRead = () => resolve(numbers(log).length);
  });
  reader.push(pings(0, 100), 0);
  const readByThen = await first.then(() => numbers(log).length);
  assert.ok(readByThen > 0 && readByThen < 100, `${readByThen} of 100 frames were read`);
  await new Promise(setImmediate);
  assert.deepEqual(numbers(log), upTo(100));
});

test("all frames are read within the task that brought them", async () => {
  const { log, reader } = reading();
  const soon = new Promise(setImmediate);
  reader.push(pings(0, 250), 0);
  await soon;
  assert.deepEqual(numbers(log), upTo(250));
});

test("bytes that come early are read behind those that wait, wherever frames are cut", async () => {
  const bytes = pings(0, 200);
  for (const cut of [1, 5, 333, bytes.length - 1]) {
    const { log, reader } = reading();
    reader.push(bytes.subarray(0, cut), 0);
    reader.push(concat(new Uint8Array(3), bytes.subarray(cut)), 3);
    reader.finish();
    assert.deepEqual(numbers(log), upTo(200), `cut at ${cut}`);
    await new Promise(setImmediate);
    assert.equal(numbers(log).length, 200, "nothing is read twice");
  }
});

test("behind what is wrong nothing is read", async () => {
  const { log, reader } = reading();
  reader.push(concat(pings(0, 40), new Uint8Array([0]), pings(40, 80)), 0);
  await new Promise(setImmediate);
  assert.deepEqual(numbers(log), upTo(40));
  assert.equal(log.events.at(-1), "violated");
});

test("nothing is read once nobody listens", async () => {
  const { log, reader } = reading();
  log.turnRead = () => {
    log.listening = false;
  };
  reader.push(pings(0, 100), 0);
  const read = numbers(log).length;
  await new Promise(setImmediate);
  reader.finish();
  assert.ok(read < 100);
  assert.equal(numbers(log).length, read);
});

test("an owner that finishes within a frame reads none twice", () => {
  const { log, reader } = reading();
  const { onPing } = log;
  log.onPing = (bytes, ack) => {
    onPing.call(log, bytes, ack);
    reader.finish();
  };
  reader.push(pings(0, 100), 0);
  reader.finish();
  assert.deepEqual(numbers(log), upTo(100));
});
