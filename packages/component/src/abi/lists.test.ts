import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import { compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

/** A guest whose allocations do something else besides. */
class MeddlingGuest extends TestGuest {
  readonly #meddle: () => void;

  constructor(meddle: () => void) {
    super();
    this.#meddle = meddle;
  }

  override allocate(alignment: number, size: number): number {
    this.#meddle();
    return super.allocate(alignment, size);
  }
}

describe("lists", () => {
  test("of numbers are typed arrays, and copies", () => {
    const arrays: [Type, ArrayLike<unknown> & { fill(value: never): unknown }][] = [
      ["u8", Uint8Array.of(0, 255)],
      ["s8", Int8Array.of(-128, 127)],
      ["u16", Uint16Array.of(0, 65535)],
      ["s16", Int16Array.of(-32768, 32767)],
      ["u32", Uint32Array.of(0, 4294967295)],
      ["s32", Int32Array.of(-2147483648, 2147483647)],
      ["u64", BigUint64Array.of(0n, 2n ** 64n - 1n)],
      ["s64", BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
      ["f32", Float32Array.of(-0, Infinity, NaN)],
      ["f64", Float64Array.of(-0, Infinity, NaN)],
    ];
    for (const [type, value] of arrays) {
      const guest = new TestGuest();
      const { lowerParams, liftParams } = compileType(defs({ tag: "list", type }));
      const core = lowerParams(guest, [value]);
      const [lifted] = liftParams(guest, core);
      assert.deepEqual(lifted, value);
      guest.bytes().fill(0);
      assert.deepEqual(lifted, value);
      assert.deepEqual(liftParams(guest, lowerParams(guest, [Array.from(value)])), [value]);
    }
  });

  test("of numbers take other arrays, whose numbers are checked", () => {
    const guest = new TestGuest();
    const { lowerParams, liftParams } = compileType(defs({ tag: "list", type: "u16" }));
    const taken = (value: unknown): unknown => liftParams(guest, lowerParams(guest, [value]))[0];
    assert.deepEqual(taken(Buffer.from([1, 2])), Uint16Array.of(1, 2));
    assert.deepEqual(taken(new Uint16Array(8).subarray(2, 5)), new Uint16Array(3));
    assert.deepEqual(taken(Float64Array.of(7)), Uint16Array.of(7));
    assert.throws(() => taken([1, 65536]), /^ValueError: param "p"\[1\]: expected a u16 \(0 to 65535\), got 65536/);
    assert.throws(() => taken(Int16Array.of(1, 2, -3)), /^ValueError: param "p"\[2\]: expected a u16/);
    for (const value of ["ab", 5, {}, null, new DataView(new ArrayBuffer(2)), new Map(), { length: 1 }]) {
      assert.throws(() => taken(value), /^ValueError: param "p": expected a Uint16Array or an array, got /);
    }
  });

  test("of anything else are arrays", () => {
    const { lowerParams } = compileType(defs({ tag: "list", type: "bool" }));
    for (const value of [new Uint8Array(1), "ab", undefined, { length: 0 }]) {
      assert.throws(() => lowerParams(new TestGuest(), [value]), /^ValueError: param "p": expected an array, got /);
    }
  });

  test("are allocated even if empty", () => {
    const guest = new TestGuest();
    const list = (type: Type): ReturnType<typeof compileType> => compileType(defs({ tag: "list", type }));
    assert.deepEqual(list("u64").lowerParams(guest, [[]]), [16, 0]);
    assert.deepEqual(list("string").lowerParams(guest, [[]]), [16, 0]);
    assert.deepEqual(guest.calls, [
      [0, 0, 8, 0],
      [0, 0, 4, 0],
    ]);
  });

  test("trap when misaligned or out of bounds, even if empty", () => {
    const misaligned = /^Trap: param "p": misaligned list pointer 0x[24]: its elements are aligned to [48] bytes/;
    const outside = /^Trap: param "p": a list of \d+ elements \(\d+ bytes\) at 0x\w+ is out of bounds of 65536 bytes/;
    const guest = new TestGuest();
    const { liftParams } = compileType(defs({ tag: "list", type: "u32" }));
    for (const count of [0, 1]) assert.throws(() => liftParams(guest, [2, count]), misaligned);
    for (const [pointer, count] of [
      [65536, 1],
      [65540, 0],
      [-4, 0],
      [-4, 1],
      [4, 16384],
    ] as const) {
      assert.throws(() => liftParams(guest, [pointer, count]), outside);
    }
    assert.deepEqual(liftParams(guest, [65536, 0]), [new Uint32Array()]);
    assert.deepEqual(liftParams(guest, [65532, 1]), [Uint32Array.of(0)]);
    const tuples = compileType(defs({ tag: "list", type: 1 }, { tag: "tuple", types: ["u8", "u64"] }));
    assert.throws(() => tuples.liftParams(guest, [4, 0]), misaligned);
    assert.throws(() => tuples.liftParams(guest, [65536 - 8, 1]), outside);
  });

  test("of more than 2^28 - 1 bytes trap", () => {
    const { liftParams } = compileType(defs({ tag: "list", type: "u64" }));
    const long = /^Trap: param "p": a list of 33554432 elements and 268435456 bytes, more than the 268435455 bytes/;
    assert.throws(() => liftParams(new TestGuest(), [8, 2 ** 25]), long);
  });

  test("too long for any component are refused before the guest allocates", () => {
    const guest = new TestGuest();
    const { lowerParams } = compileType(defs({ tag: "list", type: "u64" }));
    const sparse: unknown[] = [];
    sparse.length = 2 ** 25;
    const message =
      /^ValueError: param "p": expected a list of at most 268435455 bytes, got 33554432 elements of 8 bytes/;
    assert.throws(() => lowerParams(guest, [sparse]), message);
    assert.deepEqual(guest.calls, []);
  });

  test("may not change their length while the guest allocates", () => {
    const { lowerParams } = compileType(defs({ tag: "list", type: "u8" }));
    for (const change of [1, -1]) {
      const buffer = new ArrayBuffer(4, { maxByteLength: 8 });
      const guest = new MeddlingGuest(() => buffer.resize(4 + change));
      const message = /^ValueError: param "p": expected an array that keeps its length of 4, got a Uint8Array/;
      assert.throws(() => lowerParams(guest, [new Uint8Array(buffer)]), message);
    }
    const array = [1, 2, 3];
    assert.throws(
      () => lowerParams(new MeddlingGuest(() => array.pop()), [array]),
      /keeps its length of 3, got an array/,
    );
  });

  test("are charged: numbers as their bytes, anything else at least 16 bytes an element", () => {
    const charge = (type: Type, count: number): number => {
      const guest = new TestGuest();
      compileType(defs({ tag: "list", type }, { tag: "tuple", types: ["u64", "u64", "u64"] })).liftParams(guest, [
        0,
        count,
      ]);
      return guest.charged;
    };
    assert.equal(charge("u8", 1000), 1000);
    assert.equal(charge("f64", 10), 80);
    assert.equal(charge("bool", 10), 160);
    assert.equal(charge(1, 10), 240);
  });
});

describe("fixed-length lists", () => {
  const types = defs(
    { tag: "fixed-length-list", type: "u16", length: 3 },
    { tag: "fixed-length-list", type: "string", length: 2 },
    { tag: "tuple", types: [0, 1] },
  );

  test("are flat, and in place in memory", () => {
    const guest = new TestGuest();
    assert.deepEqual(compileType(types, 0).lowerParams(guest, [[1, 2, 3]]), [1, 2, 3]);
    assert.deepEqual(compileType(types, 0).liftParams(guest, [1, 0x10002, -1]), [Uint16Array.of(1, 2, 65535)]);
    const both = compileType(types, 2);
    const value = [Uint16Array.of(1, 2, 3), ["a", "é"]];
    both.lowerResult(guest, [0, 0, 0, 0, 0, 0, 0, 256], value);
    assert.deepEqual([...guest.bytes().subarray(256, 262)], [1, 0, 2, 0, 3, 0]);
    assert.deepEqual(both.liftResult(guest, 256), value);
  });

  test("have their length, and say which element does not fit", () => {
    const guest = new TestGuest();
    const numbers = compileType(types, 0);
    for (const value of [[1, 2], [1, 2, 3, 4], new Uint16Array(2), "abc"]) {
      assert.throws(
        () => numbers.lowerParams(guest, [value]),
        /^ValueError: param "p": expected a Uint16Array or an array of 3, got /,
      );
    }
    assert.throws(() => numbers.lowerParams(guest, [[1, 2, -3]]), /^ValueError: param "p"\[2\]: expected a u16/);
    assert.throws(
      () => compileType(types, 1).lowerParams(guest, [["a", 1]]),
      /^ValueError: param "p"\[1\]: expected a string/,
    );
  });
});

describe("maps", () => {
  const { lowerParams, liftParams } = compileType(defs({ tag: "map", key: "string", value: "u64" }));

  test("are lists of pairs, of which the last one with a key wins", () => {
    const guest = new TestGuest();
    const list = compileType(defs({ tag: "list", type: 1 }, { tag: "tuple", types: ["string", "u64"] }));
    const core = list.lowerParams(guest, [
      [
        ["a", 1n],
        ["b", 2n],
        ["a", 3n],
      ],
    ]);
    assert.deepEqual(liftParams(guest, core), [
      new Map([
        ["a", 3n],
        ["b", 2n],
      ]),
    ]);
    assert.deepEqual(list.liftParams(guest, lowerParams(guest, [new Map([["x", 9n]])])), [[["x", 9n]]]);
    assert.deepEqual(liftParams(guest, lowerParams(guest, [new Map()])), [new Map()]);
  });

  test("say which key or value does not fit", () => {
    const guest = new TestGuest();
    const lower = (value: unknown): void => void lowerParams(guest, [value]);
    assert.throws(
      () =>
        lower(
          new Map<unknown, unknown>([
            ["a", 1n],
            [2, 2n],
          ]),
        ),
      /^ValueError: param "p"\[key 1\]: expected a string, got 2/,
    );
    assert.throws(() => lower(new Map([["a", 1]])), /^ValueError: param "p"\["a"\]: expected a u64/);
    for (const value of [{}, [], [["a", 1n]], null])
      assert.throws(() => lower(value), /param "p": expected a Map, got /);
  });

  test("trap like lists", () => {
    const guest = new TestGuest();
    assert.throws(() => liftParams(guest, [4, 0]), /^Trap: param "p": misaligned list pointer 0x4/);
    assert.throws(
      () => liftParams(guest, [8, 4096]),
      /^Trap: param "p": a list of 4096 elements \(65536 bytes\) at 0x8/,
    );
    guest.view().setInt32(16, -1, true);
    assert.throws(() => liftParams(guest, [16, 1]), /^Trap: param "p"\[key 0\]: a string of 0 bytes at 0xffffffff/);
  });
});
