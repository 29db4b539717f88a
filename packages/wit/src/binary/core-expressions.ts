import { type ByteReader, hex } from "./byte-reader.ts";
import { skipHeapType } from "./core-types.ts";
import { unsupported } from "./decode-error.ts";

/** Constant instructions by their operands; those of the prefixes 0xfb and 0xfd follow below. */
const operands: ReadonlyMap<number, (reader: ByteReader) => void> = new Map([
  [0x41, (reader: ByteReader) => reader.skipSigned(32, "an i32 constant")],
  [0x42, (reader: ByteReader) => reader.skipSigned(64, "an i64 constant")],
  [0x43, (reader: ByteReader) => void reader.take(4, "an f32 constant")],
  [0x44, (reader: ByteReader) => void reader.take(8, "an f64 constant")],
  [0x23, index],
  [0xd2, index],
  [0xd0, skipHeapType],
  ...[0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e].map((opcode) => [opcode, nothing] as const),
]);

/** `struct.new`, `struct.new_default`, `array.new`, `array.new_default`, `array.new_fixed`, conversions, `ref.i31`. */
const garbageCollected: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [6, 1],
  [7, 1],
  [8, 2],
  [0x1a, 0],
  [0x1b, 0],
  [0x1c, 0],
]);

/** Passes over the initial value of a global or table. */
export function skipConstantExpression(reader: ByteReader): void {
  for (;;) {
    const offset = reader.at;
    const opcode = reader.byte("a constant instruction");
    if (opcode === 0x0b) return;
    const skip = operands.get(opcode);
    if (skip !== undefined) {
      skip(reader);
      continue;
    }
    const inner = opcode === 0xfb || opcode === 0xfd ? reader.u32("a constant instruction") : 0;
    const indices = opcode === 0xfb ? garbageCollected.get(inner) : undefined;
    if (opcode === 0xfd && inner === 12) reader.take(16, "a v128 constant");
    else if (indices !== undefined) for (let count = 0; count < indices; count++) index(reader);
    else
      throw unsupported(
        offset,
        `the instruction 0x${hex(opcode)} in the initial value of a global or table is not known`,
      );
  }
}

function index(reader: ByteReader): void {
  reader.u32("an index");
}

function nothing(): void {}
