import assert from "node:assert/strict";
import type { ChunkDecoder, StreamCodec, ValueCodec } from "../codec.ts";
import type { DecodeLimits } from "../limits.ts";
import { Reader, underflow } from "../reader.ts";
import { Writer } from "../writer.ts";
import { RecordingLifting, RecordingLowering } from "./effects.ts";

/** Encodes into a writer that has to grow. */
export function encode(codec: ValueCodec, value: unknown): Uint8Array {
  const writer = new Writer(1);
  codec.encode(writer, value, new RecordingLowering());
  return writer.take();
}

/** Decodes at once and expects every byte to be used. */
export function decode(codec: ValueCodec, bytes: Uint8Array, limits?: DecodeLimits): unknown {
  const reader = new Reader(bytes, limits);
  const value = codec.decode(reader, new RecordingLifting());
  assert.equal(reader.remaining, 0, "bytes left over");
  return value;
}

/** Decodes from pieces, cut at the given offsets. Every piece must be taken whole, and only the last may complete the value. */
export function decodePieces(
  codec: ValueCodec,
  bytes: Uint8Array,
  cuts: readonly number[],
  limits?: DecodeLimits,
): unknown {
  const decoder = codec.decoder(new RecordingLifting());
  const reader = new Reader(undefined, limits);
  let start = 0;
  for (const cut of cuts) {
    reader.feed(bytes.subarray(start, cut));
    assert.equal(decoder.step(reader), false, `complete after ${cut} of ${bytes.length} bytes`);
    assert.equal(reader.remaining, 0, "a suspended decoder leaves no bytes");
    start = cut;
  }
  reader.feed(bytes.subarray(start));
  assert.equal(decoder.step(reader), true, `incomplete after all ${bytes.length} bytes`);
  assert.equal(reader.remaining, 0, "bytes left over");
  return decoder.value;
}

/** Decodes one byte at a time. */
export function decodeBytewise(codec: ValueCodec, bytes: Uint8Array, limits?: DecodeLimits): unknown {
  const cuts = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1);
  return decodePieces(codec, bytes, cuts, limits);
}

/**
 * Everything that must hold of a value: it comes back at once, byte by byte, and split anywhere; too few bytes are an
 * underflow that leaves the reader alone; bytes of the next value are not touched.
 *
 * @param other what is decoded, where that differs from what was encoded
 * @returns the encoded bytes
 */
export function roundTrip(codec: ValueCodec, value: unknown, ...other: [back?: unknown]): Uint8Array {
  const back = other.length > 0 ? other[0] : value;
  const bytes = encode(codec, value);
  assert.deepStrictEqual(decode(codec, bytes), back);
  assert.deepStrictEqual(decodeBytewise(codec, bytes), back);
  for (const cut of splitOffsets(bytes.length)) {
    assert.deepStrictEqual(decodePieces(codec, bytes, [cut]), back, `split at ${cut}`);
    const short = new Reader(bytes.subarray(0, cut));
    assert.throws(() => codec.decode(short, new RecordingLifting()), isUnderflow);
    assert.equal(short.position, 0, "an underflow puts the reader back");
  }
  const followed = new Reader(Uint8Array.of(...bytes, 0xa5, 0x5a));
  assert.deepStrictEqual(codec.decode(followed, new RecordingLifting()), back);
  assert.equal(followed.remaining, 2, "the bytes behind a value are left alone");
  return bytes;
}

/** Every offset inside short values; for long ones the first, the last, and some between. */
function splitOffsets(length: number): number[] {
  const inside = Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);
  if (inside.length <= 200) return inside;
  const stride = Math.ceil(inside.length / 40);
  return inside.filter((offset) => offset <= 40 || offset > length - 40 || offset % stride === 0);
}

function isUnderflow(error: unknown): true {
  assert.equal(error, underflow);
  return true;
}

/** The codec of a stream type, as an encoder hands it over. */
export function streamCodecOf(codec: ValueCodec): StreamCodec {
  let found: StreamCodec | undefined;
  const lowering = new (class extends RecordingLowering {
    override stream(element: StreamCodec): void {
      found = element;
    }
  })();
  codec.encode(new Writer(), [], lowering);
  assert.ok(found !== undefined, "not a stream type");
  return found;
}

/** Takes all elements out of a reader, chunk by chunk. */
export function drain(decoder: ChunkDecoder, reader: Reader): unknown[] {
  const elements: unknown[] = [];
  for (let chunk = decoder.next(reader); chunk !== undefined; chunk = decoder.next(reader)) {
    assert.ok(chunk.length > 0, "a chunk is never empty");
    for (const element of chunk) elements.push(element);
  }
  return elements;
}
