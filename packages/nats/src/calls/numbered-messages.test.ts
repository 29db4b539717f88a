import assert from "node:assert/strict";
import { test } from "node:test";
import { numberSize, ReceivedMessages, readNumber, writeNumber } from "./numbered-messages.ts";

test("numbers are read as they are written, in their shortest form", () => {
  for (const number of [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 40]) {
    const bytes = new Uint8Array(10);
    const end = writeNumber(number, bytes);
    assert.equal(end, numberSize(number));
    assert.deepEqual(readNumber(bytes.subarray(0, end)), { number, at: end });
    for (let cut = 0; cut < end; cut++) assert.equal(readNumber(bytes.subarray(0, cut)), undefined);
  }
  assert.equal(readNumber(Uint8Array.of(0x80, 0x00)), undefined);
  assert.equal(readNumber(new Uint8Array(20).fill(0xff)), undefined);
});

test("what comes twice counts once, and what is missing is noticed", () => {
  const messages = new ReceivedMessages();
  assert.deepEqual(messages.take(Uint8Array.of(0, 7)), Uint8Array.of(7));
  assert.equal(messages.take(Uint8Array.of(0, 8)), undefined);
  assert.deepEqual(messages.take(Uint8Array.of(1)), new Uint8Array(0));
  assert.throws(() => messages.take(Uint8Array.of(3)), { code: "unavailable" });
  assert.throws(() => messages.take(new Uint8Array(0)), { code: "protocol" });
});
