import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CanonicalContext, CoreValue } from "./canonical.ts";
import { compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

type Encoding = CanonicalContext["stringEncoding"];

const { liftParams, lowerParams } = compileType([], "string");
const encodings: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];

function liftBytes(encoding: Encoding, bytes: readonly number[], length: number = bytes.length): unknown {
  const guest = new TestGuest(encoding);
  guest.bytes().set(bytes, 0x1040);
  return liftParams(guest, [0x1040, length])[0];
}

/** The bytes of a lowered string, with the length that the guest is told. */
function lower(encoding: Encoding, text: unknown): { bytes: number[]; length: CoreValue; calls: unknown } {
  const guest = new TestGuest(encoding);
  const [pointer, length] = lowerParams(guest, [text]) as [number, number];
  const units = length >= 2 ** 31 ? 2 * (length - 2 ** 31) : encoding === "utf16" ? 2 * length : length;
  return { bytes: [...guest.bytes().subarray(pointer, pointer + units)], length, calls: guest.calls };
}

/** Texts of this many characters around each length at which another way of copying takes over. */
const lengths = [0, 1, 39, 40, 41, 100, 255, 256, 257, 1000, 70_000];

describe("strings", () => {
  test("of every length, alphabet and encoding come back", () => {
    for (const encoding of encodings) {
      for (const length of lengths) {
        for (const last of ["", "x", "é", "ÿ", "Ā", "☃", "🍰", "\ufeff", "\0"]) {
          for (const text of ["a".repeat(length) + last, last + "a".repeat(length), last.repeat(length)]) {
            const guest = new TestGuest(encoding);
            assert.equal(liftParams(guest, lowerParams(guest, [text]))[0], text);
          }
        }
      }
    }
  });

  test("are at the very end of memory, and may be empty there", () => {
    for (const encoding of encodings) {
      const guest = new TestGuest(encoding);
      guest.bytes().fill(0x61, 65534);
      assert.equal(liftParams(guest, [65534, encoding === "utf16" ? 1 : 2])[0], encoding === "utf16" ? "慡" : "aa");
      assert.equal(liftParams(guest, [65536, 0])[0], "");
      assert.equal(liftParams(guest, [0, 0])[0], "");
    }
  });

  test("out of bounds trap, however short", () => {
    const outside = /^Trap: param "p": a string of \d+ bytes at 0x[0-9a-f]+ is out of bounds of 65536 bytes of memory/;
    for (const encoding of encodings) {
      for (const [pointer, length] of [
        [65534, 3],
        [65538, 0],
        [-2, 0],
        [-2, 4],
        [0, 65537],
        [-(2 ** 31), 1],
      ]) {
        assert.throws(() => liftParams(new TestGuest(encoding), [pointer, length] as number[]), outside);
      }
    }
    assert.throws(() => liftParams(new TestGuest("latin1+utf16"), [65534, 2 + 2 ** 31]), outside);
  });

  test("longer than 2^28 - 1 bytes trap", () => {
    const long = /^Trap: param "p": a string of \d+ bytes, more than the 268435455 that are allowed/;
    assert.throws(() => liftParams(new TestGuest("utf8"), [0, 2 ** 28]), long);
    assert.throws(() => liftParams(new TestGuest("utf8"), [0, -1]), long);
    assert.throws(() => liftParams(new TestGuest("utf16"), [0, 2 ** 27]), long);
    assert.throws(() => liftParams(new TestGuest("utf16"), [0, -1]), long);
    assert.throws(() => liftParams(new TestGuest("latin1+utf16"), [0, 2 ** 31 - 1]), long);
    assert.throws(() => liftParams(new TestGuest("latin1+utf16"), [0, -1]), long);
  });

  test("in two-byte encodings must be aligned, even if empty or Latin-1", () => {
    const misaligned = /^Trap: param "p": misaligned string pointer 0x1: /;
    assert.throws(() => liftParams(new TestGuest("utf16"), [1, 0]), misaligned);
    assert.throws(() => liftParams(new TestGuest("latin1+utf16"), [1, 0]), misaligned);
    assert.throws(() => liftParams(new TestGuest("latin1+utf16"), [1, 2 ** 31]), misaligned);
    assert.equal(liftParams(new TestGuest("utf8"), [1, 0])[0], "");
  });

  test("that are no UTF-8 trap, and say where", () => {
    const cases: [bytes: number[], at: number][] = [
      [[0xff], 0],
      [[0x61, 0xc3], 1],
      [[0xc3, 0xa9, 0x80], 2],
      [[0x61, 0xc0, 0x80], 1],
      [[0xe2, 0x98, 0x83, 0xed, 0xa0, 0x80], 3],
      [[0xf0, 0x9f, 0x8d, 0xb0, 0xf4, 0x90, 0x80, 0x80], 4],
      [[0xc2, 0x80, 0xe0, 0xa0, 0x80, 0xf0, 0x90, 0x80, 0x80, 0xe0, 0x9f, 0xbf], 9],
      [[0xf4, 0x8f, 0xbf, 0xbf, 0xf0, 0x8f, 0xbf, 0xbf], 4],
      [[0xe2, 0x98], 0],
      [[0xe2, 0x61, 0x61], 0],
      [[...Array.from({ length: 100 }, () => 0x61), 0x80], 100],
      [[...Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? 0xc3 : 0xa9)), 0xf5, 0x80], 10_000],
    ];
    for (const [bytes, at] of cases) {
      const message = new RegExp(`^Trap: param "p": invalid UTF-8 at byte ${at} of the string at 0x1040$`);
      assert.throws(() => liftBytes("utf8", bytes), message, bytes.join());
    }
  });

  test("with lone surrogates trap, and say where", () => {
    const units = (...all: number[]): number[] => [...new Uint8Array(Uint16Array.from(all).buffer)];
    const filler = Array.from({ length: 60 }, () => 0x61);
    const cases: [units: number[], at: number][] = [
      [[0xd800], 0],
      [[0x61, 0xdc00], 1],
      [[0xd83c, 0xdf70, 0xd83c], 2],
      [[0xdf70, 0xd83c], 0],
      [[0xd83c, 0xdf70, ...filler, 0xd800, 0x61], 62],
    ];
    for (const [all, at] of cases) {
      const message = new RegExp(`^Trap: param "p": lone surrogate at code unit ${at} of the string at 0x1040$`);
      assert.throws(() => liftBytes("utf16", units(...all), all.length), message);
      assert.throws(() => liftBytes("latin1+utf16", units(...all), all.length + 2 ** 31), message);
    }
  });

  test("in latin1+utf16 come in either form", () => {
    assert.equal(liftBytes("latin1+utf16", [0x67, 0x72, 0xfc, 0x6e]), "grün");
    assert.equal(liftBytes("latin1+utf16", [0x80, 0x92, 0x9f]), "\u0080\u0092\u009f");
    assert.equal(liftBytes("latin1+utf16", [0x41, 0, 0x42, 0], 2 + 2 ** 31), "AB");
    const every = Array.from({ length: 512 }, (_, index) => index & 0xff);
    assert.equal(liftBytes("latin1+utf16", every), String.fromCharCode(...every));
  });

  test("are charged what they take, before anything is made of them", () => {
    const guest = new TestGuest("utf16", 9);
    liftParams(guest, [0, 4]);
    assert.equal(guest.charged, 8);
    assert.throws(() => liftParams(guest, [0, 1]), /^Trap: param "p": more than the limit of 9 bytes/);
  });

  test("call realloc as the specification has it, UTF-8 once", () => {
    const long = "x".repeat(50);
    assert.deepEqual(lower("utf8", "").calls, [[0, 0, 1, 0]]);
    assert.deepEqual(lower("utf8", "abc").calls, [[0, 0, 1, 3]]);
    assert.deepEqual(lower("utf8", long).calls, [[0, 0, 1, 50]]);
    assert.deepEqual(lower("utf8", "né").calls, [[0, 0, 1, 3]]);
    assert.deepEqual(lower("utf8", `${long}☃`).calls, [[0, 0, 1, 53]]);
    assert.deepEqual(lower("utf8", "☃".repeat(30_000)).calls, [[0, 0, 1, 90_000]]);
    assert.deepEqual(lower("utf8", `${"x".repeat(65_535)}🍰`).calls, [[0, 0, 1, 65_539]]);
    assert.deepEqual(lower("utf8", "🍰".repeat(40_000)).calls, [[0, 0, 1, 160_000]]);
    assert.deepEqual(lower("utf16", "").calls, [[0, 0, 2, 0]]);
    assert.deepEqual(lower("utf16", "a🍰").calls, [[0, 0, 2, 6]]);
    assert.deepEqual(lower("latin1+utf16", "").calls, [[0, 0, 2, 0]]);
    assert.deepEqual(lower("latin1+utf16", "grün").calls, [[0, 0, 2, 4]]);
    assert.deepEqual(lower("latin1+utf16", `${long}é`).calls, [[0, 0, 2, 51]]);
    assert.deepEqual(lower("latin1+utf16", `${long}☃`).calls, [
      [0, 0, 2, 51],
      [16, 51, 2, 102],
    ]);
  });

  test("arrive in Latin-1 where they can, and tagged where they cannot", () => {
    assert.deepEqual(lower("latin1+utf16", "øk").bytes, [0xf8, 0x6b]);
    assert.equal(lower("latin1+utf16", "øk").length, 2);
    assert.deepEqual(lower("latin1+utf16", "n☃").bytes, [0x6e, 0, 0x03, 0x26]);
    assert.equal(lower("latin1+utf16", "n☃").length, 2 + 2 ** 31);
  });

  test("that are none, or have lone surrogates, are refused before the guest allocates", () => {
    for (const encoding of encodings) {
      const guest = new TestGuest(encoding);
      for (const value of [5, undefined, null, ["a"], new String("a")]) {
        assert.throws(() => lowerParams(guest, [value]), /^ValueError: param "p": expected a string, got /);
      }
      for (const value of ["\ud800", `${"x".repeat(100)}\udc00`]) {
        assert.throws(() => lowerParams(guest, [value]), /^ValueError: param "p": expected a string without lone surr/);
      }
      assert.deepEqual(guest.calls, []);
    }
  });

  test("survive that the memory grows while they are copied", () => {
    const list = compileType(defs({ tag: "list", type: 1 }, { tag: "tuple", types: ["string", "u64", "string"] }));
    for (const encoding of encodings) {
      const guest = new TestGuest(encoding);
      const value = Array.from({ length: 300 }, (_, index) => [
        "é☃".repeat(index),
        BigInt(index),
        "x".repeat(3 * index),
      ]);
      const before = guest.bytes().length;
      assert.deepEqual(list.liftParams(guest, list.lowerParams(guest, [value])), [value]);
      assert.ok(guest.bytes().length > before);
    }
  });
});
