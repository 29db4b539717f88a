import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import type { CoreValue } from "./canonical.ts";
import { compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

const guest = new TestGuest();

function lift(type: Type, core: CoreValue): unknown {
  return compileType([], type).liftParams(guest, [core])[0];
}

function lower(type: Type, value: unknown): CoreValue {
  return compileType([], type).lowerParams(guest, [value])[0] as CoreValue;
}

describe("scalars", () => {
  test("a flat value loses the bits that its type does not have", () => {
    const cases: [Type, CoreValue, unknown][] = [
      ["bool", 0, false],
      ["bool", 2, true],
      ["bool", -1, true],
      ["u8", 0xf01, 1],
      ["s8", -1, -1],
      ["s8", 0xff, -1],
      ["s8", 0x17f, 127],
      ["u16", -1, 0xffff],
      ["u16", 0xff0000, 0],
      ["s16", 0xffffff, -1],
      ["u32", -1, 0xffffffff],
      ["s32", -1, -1],
      ["s32", 0xffffffff, -1],
      ["u64", -1n, 2n ** 64n - 1n],
      ["s64", -1n, -1n],
      ["s64", 2n ** 64n - 1n, -1n],
    ];
    for (const [type, core, value] of cases) assert.deepEqual(lift(type, core), value, `${type} ${core}`);
  });

  test("a bool in memory is true unless its byte is 0", () => {
    const pair = compileType(defs({ tag: "tuple", types: ["bool", "bool", "bool"] }));
    guest.bytes().set([0, 1, 0x80], 8);
    assert.deepEqual(pair.liftResult(guest, 8), [false, true, true]);
  });

  test("the ends of every range, and what lies beyond", () => {
    for (const bits of [8, 16, 32]) {
      const [signed, unsigned] = [`s${bits}` as Type, `u${bits}` as Type];
      const half = 2 ** (bits - 1);
      for (const value of [-half, -1, 0, half - 1]) assert.equal(lift(signed, lower(signed, value)), value);
      for (const value of [0, half, 2 * half - 1]) assert.equal(lift(unsigned, lower(unsigned, value)), value);
      for (const value of [-half - 1, half, 0.5, NaN, "1", 1n, null]) {
        assert.throws(() => lower(signed, value), /^ValueError: param "p": expected an? s\d+ \(-\d+ to \d+\), got /);
      }
      for (const value of [-1, 2 * half, 0.5, Infinity, true, undefined]) {
        assert.throws(() => lower(unsigned, value), /^ValueError: param "p": expected a u\d+ \(0 to \d+\), got /);
      }
    }
    for (const value of [-(2n ** 63n), 2n ** 63n - 1n]) assert.equal(lift("s64", lower("s64", value)), value);
    assert.equal(lift("u64", lower("u64", 2n ** 64n - 1n)), 2n ** 64n - 1n);
    for (const value of [2n ** 63n, 0]) assert.throws(() => lower("s64", value), /expected an s64 \(bigint/);
    for (const value of [2n ** 64n, -1n, 0]) assert.throws(() => lower("u64", value), /expected a u64 \(bigint/);
    for (const value of [0, 1, "true"]) assert.throws(() => lower("bool", value), /expected a boolean, got /);
  });

  test("floats", () => {
    for (const value of [0, -0, 1.5, Infinity, -Infinity, NaN, 2 ** -149]) {
      assert.equal(lift("f32", lower("f32", value)), value);
      assert.equal(lift("f64", lower("f64", value)), value);
    }
    assert.equal(lower("f32", 0.1), Math.fround(0.1));
    assert.throws(() => lower("f32", 1e39), /expected an f32 \(a number of at most 3\.4e38\), got 1e\+39/);
    assert.throws(() => lower("f64", "1"), /expected a number, got "1"/);
  });

  test("a NaN of a guest's becomes the only one, in lists too", () => {
    const memory = guest.view();
    memory.setBigUint64(8, 0xfff4000000000001n, true);
    memory.setUint32(16, 0xffa00001, true);
    memory.setUint32(20, 0x3f800000, true);
    const [f64s] = compileType(defs({ tag: "list", type: "f64" })).liftParams(guest, [8, 1]) as [Float64Array];
    const [f32s] = compileType(defs({ tag: "list", type: "f32" })).liftParams(guest, [16, 2]) as [Float32Array];
    assert.deepEqual(new BigUint64Array(f64s.buffer), BigUint64Array.of(0x7ff8000000000000n));
    assert.deepEqual(new Uint32Array(f32s.buffer), Uint32Array.of(0x7fc00000, 0x3f800000));
  });

  test("chars are Unicode scalar values", () => {
    for (const char of ["\0", "a", "é", "☃", "\ud7ff", "\ue000", "🍰", "\u{10ffff}"]) {
      assert.equal(lower("char", char), char.codePointAt(0));
      assert.equal(lift("char", char.codePointAt(0) as number), char);
    }
    for (const code of [0xd800, 0xdfff])
      assert.throws(() => lift("char", code), /^Trap: param "p": 0xd[8f].. is a surr/);
    for (const code of [0x110000, -1]) assert.throws(() => lift("char", code), /^Trap: param "p": 0x\w+ is beyond/);
    for (const value of ["", "ab", "🍰a", "\ud800", "\udc00", 97]) {
      assert.throws(() => lower("char", value), /^ValueError: param "p": expected a string of one character, got /);
    }
  });
});
