import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toHex, wire } from "../compliance/wire-bytes.ts";
import type { RpcErrorCode } from "../errors.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { OpenReader } from "./open-reader.ts";
import { documentedFrames } from "./testing/documented.ts";
import { EventLog } from "./testing/event-log.ts";
import { fixedSource } from "./testing/fixed-source.ts";
import { DataFlag } from "./wire.ts";

const metadata = wire("01 05 'trace' 04 'abcd'");
const noTime = Number.POSITIVE_INFINITY;

/** Every frame of docs/protocol.md by its name there: how it is written, and what is read from it. */
const frames: Record<string, { write(writer: FrameWriter): void; read: string[] }> = {
  "settings-default": { write: (w) => w.settings([]), read: ["settings"] },
  settings: {
    write: (w) =>
      w.settings([
        [2, 2048],
        [8, 32768],
      ]),
    read: ["settings 2=2048 8=32768"],
  },
  "open-new-target": {
    write: (w) => {
      const target = wire("09 'a:b/c@1.0' 01 'f'");
      w.open(1, { target, timeout: noTime, metadata: undefined }, fixedSource(wire("2a")), 1, true);
    },
    read: ["open 1 a:b/c@1.0 f Infinity {} 2a halfEnd"],
  },
  "open-known-target": {
    write: (w) => w.open(3, { target: 0, timeout: noTime, metadata: undefined }, fixedSource(wire("2a")), 1, true),
    read: ["open 3 a:b/c@1.0 f Infinity {} 2a halfEnd"],
  },
  "open-everything": {
    write: (w) => w.open(301, { target: 0, timeout: 5_000_000, metadata }, fixedSource(wire("00")), 1, false),
    read: ['open 301 a:b/c@1.0 f 5000000 {"trace":"abcd"} 00'],
  },
  "data-root": {
    write: (w) => w.data(1, [], fixedSource(wire("02 'ok'")), 3, DataFlag.halfEnd),
    read: ["data 1 [] 026f6b halfEnd"],
  },
  "data-path": {
    write: (w) => w.data(301, [0, 300], fixedSource(wire("02 01 02")), 3, 0),
    read: ["data 301 [0,300] 020102"],
  },
  "data-path-end": {
    write: (w) => w.data(301, [0, 300], fixedSource(wire("00")), 1, DataFlag.pathEnd),
    read: ["data 301 [0,300] 00 pathEnd"],
  },
  "data-end": {
    write: (w) => w.data(301, [], fixedSource(new Uint8Array(0)), 0, DataFlag.halfEnd),
    read: ["data 301 []  halfEnd"],
  },
  error: {
    write: (w) => w.failure(3, { code: "unavailable", started: 0, retryable: true, message: "busy" }),
    read: ["failure 3 unavailable 0 true busy"],
  },
  cancel: { write: (w) => w.cancel(301, "cancelled"), read: ["cancel 301 cancelled"] },
  "credit-root": { write: (w) => w.credit(3, [], 32_768), read: ["credit 3 [] 32768"] },
  "credit-path": { write: (w) => w.credit(301, [0], 65_536), read: ["credit 301 [0] 65536"] },
  "stop-path": { write: (w) => w.stop(301, [0]), read: ["stop 301 [0]"] },
  "stop-all": { write: (w) => w.stop(301, []), read: ["stop 301 []"] },
  "open-answer": {
    write: (w) => w.open(5, { target: 0, timeout: noTime, metadata: undefined }, fixedSource(wire("01 06")), 2, true),
    read: ["open 5 a:b/c@1.0 f Infinity {} 0106 halfEnd"],
  },
  ping: { write: (w) => w.ping(wire("0102030405060708"), false), read: ["ping 0102030405060708"] },
  "ping-answer": { write: (w) => w.ping(wire("0102030405060708"), true), read: ["ping 0102030405060708 ack"] },
  "go-away": { write: (w) => w.goAway(301, "unavailable", "bye"), read: ["goAway 301 unavailable bye"] },
  drop: { write: (w) => w.drop([1, 200]), read: ["drop 1,200"] },
  give: { write: (w) => w.give([4, 405]), read: ["give 4,405"] },
  "give-data": {
    write: (w) => w.data(301, [1], fixedSource(wire("02 01 04 02 95 03")), 6, 0),
    read: ["data 301 [1] 020104029503"],
  },
};

test("the frames of docs/protocol.md are written as they stand there, and nothing is missing", () => {
  const documented = documentedFrames();
  assert.deepEqual(Object.keys(documented), Object.keys(frames));
  for (const [name, { write }] of Object.entries(frames)) {
    const writer = new FrameWriter();
    write(writer);
    assert.equal(toHex(concat(...writer.take())), toHex(documented[name] as Uint8Array), name);
  }
});

const all = concat(...Object.values(documentedFrames()));
const expected = Object.values(frames).flatMap(({ read }) => read);

test("they are read as they were written, in one piece, byte by byte, and cut at every offset", () => {
  const whole = new EventLog();
  new FrameReader(whole, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)).push(all);
  assert.deepEqual(whole.events, expected);
  const bytewise = new EventLog();
  const reader = new FrameReader(bytewise, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS));
  for (const byte of all) reader.push(Uint8Array.of(byte));
  assert.deepEqual(bytewise.joined, whole.joined);
  assert.equal(reader.insideFrame, false);
  for (let cut = 1; cut < all.length; cut++) {
    const log = new EventLog();
    const cutReader = new FrameReader(log, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS));
    cutReader.push(all.slice(0, cut));
    cutReader.push(all.slice(cut));
    assert.deepEqual(log.joined, whole.joined, `cut at ${cut}`);
  }
});

test("data is passed on as it comes, so that a long frame is not gathered", () => {
  const log = new EventLog();
  const reader = new FrameReader(log, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS));
  // 1 MiB less the head, announced and begun.
  reader.push(wire("80 80 40 22 01 01 00 2a"));
  assert.deepEqual(log.events, ["data 1 [0] 2a"]);
  reader.push(wire("2b"));
  assert.deepEqual(log.events, ["data 1 [0] 2a", "data 1 [0] 2b"]);
  assert.equal(reader.insideFrame, true);
});

test("frames of types that are not known are skipped", () => {
  const log = new EventLog();
  new FrameReader(log, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)).push(
    wire("03 0f 01 02 | 01 0b | 09 07 0102030405060708"),
  );
  assert.deepEqual(log.events, ["ping 0102030405060708"]);
});

const longName = `ff 07 ${"61".repeat(1023)}`;
const violations: Record<string, string> = {
  "an empty frame": "00",
  "a length that is not in its shortest form": "82 00 07",
  "a frame of more than 1 MiB": "81 80 40",
  "a length of more than four bytes": "80 80 80 80 01",
  "a number that is not in its shortest form": "04 42 81 00 2a",
  "a number of more than 53 bits": "0a 42 80 80 80 80 80 80 80 80 01",
  "a frame that ends inside of a number": "02 42 80",
  "a frame that ends inside of a name": "05 81 01 05 'ab'",
  "a path without numbers": "04 02 01 00 2a",
  "a path of 65 numbers": `45 02 01 41 ${"00".repeat(65)} 2a`,
  "data that has none, and ends nothing": "02 42 01",
  "an instance name above the limit": `88 08 81 01 81 08 ${longName} ${longName}`,
  "a name that is no UTF-8": "07 81 01 02 c3 28 01 66",
  "a target that was never introduced": "03 01 01 07",
  "metadata for a path": "06 82 01 01 00 00 2a",
  "a ping of seven bytes": "08 07 01020304050607",
  "handles that are given in front of a frame without values": "02 0a 04 03 46 01 01",
  "handles that are given in front of a frame of an unknown type": "02 0a 04 01 0f",
  "a giving of nothing": "01 0a",
  "a dropping of nothing": "01 09",
  "a handle that ends too early": "02 0a 84",
  "an error with a code that is too long": `46 03 01 41 ${"61".repeat(65)} 00 00`,
  "a control frame that is larger than anything in one can be": "80 80 02 05",
};

for (const [what, bytes] of Object.entries(violations)) {
  test(`${what} is a violation, however it is cut`, () => {
    const code: RpcErrorCode = "protocol";
    const whole = wire(bytes);
    assert.throws(() => new FrameReader(new EventLog(), DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)).push(whole), {
      code,
    });
    const reader = new FrameReader(new EventLog(), DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS));
    assert.throws(
      () => {
        for (const byte of whole) reader.push(Uint8Array.of(byte));
        // A head that is not complete is not looked at with every byte.
        reader.push(new Uint8Array(300));
      },
      { code },
    );
  });
}

test("a head that never ends is a violation before much of it was gathered", () => {
  const reader = new FrameReader(new EventLog(), DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS));
  // An OPEN of 1 MiB whose metadata has countless pairs of nothing.
  reader.push(wire("80 80 40 41 01 00 ff ff 3f"));
  let sent = 0;
  assert.throws(
    () => {
      for (; sent < 1_000_000; sent += 1000) reader.push(new Uint8Array(1000));
    },
    { code: "protocol" },
  );
  assert.ok(sent < 70_000, `${sent} bytes`);
});

test("many handles are parted, so that every receiver takes the frames", () => {
  const handles = Array.from({ length: 2500 }, (_, i) => 4 * (2 ** 40 + i));
  const writer = new FrameWriter();
  writer.give(handles);
  const log = new EventLog();
  new FrameReader(log, DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)).push(concat(...writer.take()));
  assert.equal(log.events.length, 3);
  assert.deepEqual(
    log.events.flatMap((event) => event.replace("give ", "").split(",").map(Number)),
    handles,
  );
});

test("random bytes are a violation or frames, and nothing else happens", () => {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from({ length: 1 + (random() % 60) }, random);
    // Every other one begins as a frame should.
    if (round % 2 === 0) bytes.set([bytes.length - 1, (random() % 16) | ((random() % 16) << 4)].slice(0, bytes.length));
    try {
      new FrameReader(new EventLog(), DEFAULT_LIMITS, new OpenReader(DEFAULT_LIMITS)).push(bytes);
    } catch (error) {
      assert.equal((error as { code?: string }).code, "protocol", String(error));
    }
  }
});
