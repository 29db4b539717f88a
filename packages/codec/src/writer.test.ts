import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Writer } from "./writer.ts";

describe("Writer", () => {
  test("grows and keeps what was written", () => {
    const writer = new Writer(1);
    for (let index = 0; index < 1000; index++) writer.byte(index & 0xff);
    writer.bytes(Uint8Array.of(1, 2, 3));
    assert.equal(writer.position, 1003);
    assert.deepEqual([...writer.written()], [...Array.from({ length: 1000 }, (_, index) => index & 0xff), 1, 2, 3]);
  });

  test("bytes taken are not touched by what is written next", () => {
    const writer = new Writer(16);
    const taken: Uint8Array[] = [];
    for (let round = 0; round < 2000; round++) {
      writer.bytes(new Uint8Array(round % 40).fill(round));
      taken.push(writer.take());
      assert.equal(writer.position, 0);
    }
    for (const [round, bytes] of taken.entries()) assert.deepEqual(bytes, new Uint8Array(round % 40).fill(round));
  });

  test("small messages share an allocation of at most 8 KiB, large ones have their own", () => {
    const writer = new Writer();
    const buffers = new Set<ArrayBufferLike>();
    for (let round = 0; round < 1000; round++) {
      writer.bytes(new Uint8Array(100));
      buffers.add(writer.take().buffer);
    }
    assert.ok(buffers.size <= 20, `${buffers.size} allocations`);
    for (const buffer of buffers) assert.ok(buffer.byteLength <= 8192);
    writer.bytes(new Uint8Array(100_000));
    assert.ok(writer.take().buffer.byteLength < 110_000);
  });

  test("the view is that of the buffer, also after growing and taking", () => {
    const writer = new Writer(4);
    for (let round = 0; round < 50; round++) {
      writer.byte(1);
      writer.reserve(8);
      writer.view.setFloat64(writer.position, 1.5, true);
      writer.position += 8;
      const bytes = writer.take();
      assert.deepEqual([...bytes], [1, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]);
    }
  });

  test("u32 is LEB128", () => {
    const writer = new Writer(1);
    for (const value of [0, 127, 128, 624485, 0xffffffff]) writer.u32(value);
    assert.equal(Buffer.from(writer.take()).toString("hex"), "007f8001e58e26ffffffff0f");
  });
});
