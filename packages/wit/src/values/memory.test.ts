import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesSent, fleetingBytes, keepMemory, releaseMemory, trackMemory, whenSent } from "./memory.ts";

const SIZE = 64 * 1024;

const { Memory: WasmMemory } = (globalThis as unknown as WithWebAssembly).WebAssembly;

/** What is used of WebAssembly, whose types come with those of browsers only. */
interface WithWebAssembly {
  readonly WebAssembly: { readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer } };
}

function tracked(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SIZE).fill(7);
  trackMemory(bytes);
  return bytes;
}

describe("tracked memory", () => {
  it("is freed with its last byte, and not before", () => {
    const bytes = tracked();
    const part = bytes.subarray(10, 20);
    releaseMemory(bytes.buffer, 10);
    releaseMemory(bytes.buffer, SIZE - 20);
    assert.equal(part[0], 7);
    releaseMemory(bytes.buffer, 10);
    assert.equal(bytes.length, 0);
    assert.equal(part.length, 0);
  });

  it("may be a part of a buffer, which is freed with it", () => {
    const { buffer } = new Uint8Array(2 * SIZE);
    trackMemory(new Uint8Array(buffer, 0, SIZE));
    releaseMemory(buffer, SIZE);
    assert.equal(buffer.byteLength, 0);
  });

  it("waits for V8 where somebody keeps it", () => {
    const bytes = tracked();
    keepMemory(bytes.buffer);
    releaseMemory(bytes.buffer, SIZE);
    assert.equal(bytes.length, SIZE);
  });

  it("stays where it belongs to WebAssembly", () => {
    const { buffer } = new WasmMemory({ initial: 1 });
    trackMemory(new Uint8Array(buffer));
    releaseMemory(buffer, buffer.byteLength);
    assert.equal(buffer.byteLength, 65_536);
  });

  it("is not what nobody tracks, or what is small", () => {
    const [other, small] = [new Uint8Array(SIZE), new Uint8Array(1000)];
    trackMemory(small);
    releaseMemory(other.buffer, SIZE);
    releaseMemory(small.buffer, 1000);
    keepMemory(other.buffer);
    assert.deepEqual([other.length, small.length], [SIZE, 1000]);
  });
});

describe("fleeting bytes", () => {
  it("are freed once all parts of them were sent", () => {
    const bytes = tracked();
    const fleeting = fleetingBytes(bytes);
    assert.deepEqual(fleeting.subarray(0, 2), fleetingBytes(bytes.subarray(0, 2)));
    const [first, second] = [fleeting.subarray(0, 100), fleeting.subarray(100)];
    bytesSent(first);
    assert.equal(bytes.length, SIZE);
    bytesSent(second);
    assert.equal(bytes.length, 0);
  });

  it("are what they were where their memory is not tracked", () => {
    const bytes = new Uint8Array(SIZE);
    assert.equal(fleetingBytes(bytes), bytes);
    bytesSent(bytes);
    assert.equal(whenSent(bytes), undefined);
    assert.equal(bytes.length, SIZE);
  });

  it("stay when they could not be sent", () => {
    const bytes = tracked();
    const sent = whenSent(fleetingBytes(bytes));
    sent?.(new Error("the connection is gone"));
    assert.equal(bytes.length, SIZE);
    sent?.(null);
    assert.equal(bytes.length, 0);
  });
});
