import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_MESSAGE_BYTES, toMessages } from "./outgoing-messages.ts";

test("small chunks are joined, large ones sent as they are, huge ones cut", () => {
  const large = new Uint8Array(20_000);
  const huge = new Uint8Array(2 * MAX_MESSAGE_BYTES + 1);
  const messages = toMessages([Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3), large, huge], false);
  assert.deepEqual(
    messages.map(({ length }) => length),
    [3, 20_000, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES, 1],
  );
  assert.equal(messages[1]?.buffer, large.buffer);
  assert.deepEqual(toMessages([new Uint8Array(0)], false), []);
});

test("no message is larger than some bytes of small chunks", () => {
  const messages = toMessages(
    Array.from({ length: 100 }, () => new Uint8Array(10_000)),
    false,
  );
  assert.deepEqual(
    messages.map(({ length }) => length),
    [...Array.from({ length: 14 }, () => 70_000), 20_000],
  );
});

test("messages that change hands have memory of their own, with nothing else in it", () => {
  const memory = new Uint8Array(100_000);
  for (const message of toMessages([memory.subarray(0, 10), memory.subarray(10, 50_000), memory], true)) {
    assert.notEqual(message.buffer, memory.buffer);
    assert.equal(message.buffer.byteLength, message.length);
  }
});
