import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Reader } from "./reader.ts";

describe("Reader", () => {
  test("what is fed lies behind what was not read yet", () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));
    reader.position = 1;
    reader.feed(Uint8Array.of(4, 5));
    assert.deepEqual([...reader.buffer.subarray(reader.position, reader.end)], [2, 3, 4, 5]);
    assert.equal(reader.remaining, 4);
    assert.equal(reader.view.getUint8(reader.position), 2);
    reader.position = reader.end;
    reader.feed(Uint8Array.of(6));
    assert.equal(reader.remaining, 1);
    assert.equal(reader.view.getUint8(reader.position), 6);
  });

  test("bytes are counted from the first one ever fed", () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));
    reader.position = 2;
    reader.feed(Uint8Array.of(4));
    assert.equal(reader.offset + reader.position, 2);
    reader.position = reader.end;
    reader.feed(Uint8Array.of(5));
    assert.equal(reader.offset + reader.position, 4);
  });

  test("a Buffer is read as the Uint8Array that it is, with its offset", () => {
    const reader = new Reader(Buffer.from([9, 1, 2]).subarray(1));
    assert.equal(reader.buffer.constructor, Uint8Array);
    assert.deepEqual([...reader.buffer], [1, 2]);
    assert.equal(reader.view.getUint8(0), 1);
  });
});
