import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import { RecordingLifting } from "../compliance/effects.ts";
import { decode, decodeBytewise, encode, roundTrip } from "../compliance/exercise.ts";
import { ModelBuilder } from "../compliance/model.ts";
import { DecodeError, ValueError } from "../errors.ts";
import { Reader } from "../reader.ts";
import { componentModelCodec, createComponentModelCodec } from "./codec.ts";

const model = new ModelBuilder();

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The value encodes to exactly these bytes and comes back from them, however they are cut. */
function vector(type: Type, value: unknown, hex: string, ...back: [back?: unknown]): void {
  const bytes = roundTrip(componentModelCodec.type(model, type), value, ...back);
  assert.equal(hexOf(bytes), hex.replaceAll(" ", ""));
}

/** The bytes decode to the value although they are not how it is encoded. */
function accepts(type: Type, hex: string, value: unknown): void {
  const codec = componentModelCodec.type(model, type);
  assert.deepStrictEqual(decode(codec, bytesOf(hex)), value);
  assert.deepStrictEqual(decodeBytewise(codec, bytesOf(hex)), value);
}

/** The bytes are refused, at once and when they arrive one by one. */
function refuses(type: Type, hex: string, message: RegExp): void {
  const codec = componentModelCodec.type(model, type);
  const expected = (error: unknown): boolean => error instanceof DecodeError && message.test(error.message);
  assert.throws(() => decode(codec, bytesOf(hex)), expected, hex);
  assert.throws(() => decodeBytewise(codec, bytesOf(hex)), expected, `${hex} byte by byte`);
}

/** The value is refused and nothing is written. */
function rejects(type: Type, value: unknown, message: RegExp): void {
  const codec = componentModelCodec.type(model, type);
  assert.throws(
    () => encode(codec, value),
    (error) => error instanceof ValueError && message.test(error.message),
  );
}

const ff = (count: number): string => "ff".repeat(count);
const x80 = (count: number): string => "80".repeat(count);

describe("component-model byte vectors", () => {
  test("A1 integers", () => {
    vector("s16", -32768, "80 80 7e");
    vector("s16", -8193, "ff bf 7f");
    vector("s16", 32767, "ff ff 01");
    vector("s32", -2147483648, "80 80 80 80 78");
    vector("s32", -123456, "c0 bb 78");
    vector("s64", -(2n ** 63n), `${x80(9)}7f`);
    vector("u16", 65535, "ff ff 03");
    vector("u32", 4294967295, "ff ff ff ff 0f");
    vector("u64", 2n ** 64n - 1n, `${ff(9)}01`);
    vector("u32", 624485, "e5 8e 26");
    vector("u8", 0xfe, "fe");
    vector("s8", -2, "fe");
  });

  test("A1 everything else", () => {
    vector("bool", true, "01");
    vector("bool", false, "00");
    vector("char", "€", "e2 82 ac");
    vector("char", "🚩", "f0 9f 9a a9");
    const nine = flagNames(9);
    vector(model.flags(...nine), flagValues(9, [0, 8]), "01 01");
    vector(model.flags(...flagNames(17)), flagValues(17, [0, 16]), "01 00 01");
    vector(model.variant({ a: "u8", b: "u32" }), { tag: "b", val: 300 }, "01 ac 02");
    vector(model.result("u8", "string"), { tag: "err", val: "test" }, "01 04 74 65 73 74");
    vector(model.list("string"), ["foo", "bar"], "02 03 66 6f 6f 03 62 61 72");
    const ok = model.tuple(model.result("bool"));
    vector(
      model.tuple("bool", "u8", "string", "u32", ok),
      [true, 0xfe, "test", 0x42, [{ tag: "ok", val: true }]],
      "01 fe 04 74 65 73 74 42 00 01",
    );
    vector(model.list("u8"), Uint8Array.of(1, 2, 3), "03 01 02 03");
    vector(model.option("u32"), undefined, "00");
    vector(model.option("u32"), 300, "01 ac 02");
    vector(model.enum("red", "green"), "green", "01");
    vector("error-context", { debugMessage: "" }, "");
    vector(model.map("string", "u32"), new Map([["a", 1]]), "01 01 61 01");
    vector(model.fixedLengthList("string", 2), ["a", "b"], "01 61 01 62");
    vector(model.fixedLengthList("u32", 2), Uint32Array.of(1, 300), "01 ac 02");
    vector(model.stream("u8"), "any", "00", { kind: "stream", path: [] });
    vector(model.future("u8"), "any", "00", { kind: "future", path: [] });
  });

  test("A2 the length of an integer grows at each power of 128, or half of it where there is a sign", () => {
    const sizes = (type: Type, values: readonly (number | bigint)[]): number[] =>
      values.map((value) => encode(componentModelCodec.type(model, type), value).length);
    assert.deepEqual(
      sizes("u32", [0, 127, 128, 16383, 16384, 2097151, 2097152, 2 ** 28 - 1, 2 ** 28]),
      [1, 1, 2, 2, 3, 3, 4, 4, 5],
    );
    assert.deepEqual(sizes("s32", [63, 64, -64, -65, 8191, 8192, -8192, -8193]), [1, 2, 1, 2, 2, 3, 2, 3]);
    for (let bytes = 1; bytes < 10; bytes++) {
      const end = 2n ** BigInt(7 * bytes);
      assert.deepEqual(sizes("u64", [end - 1n, end]), [bytes, bytes + 1]);
      assert.deepEqual(sizes("s64", [end / 2n - 1n, end / 2n, -end / 2n, -end / 2n - 1n]), [
        bytes,
        bytes + 1,
        bytes,
        bytes + 1,
      ]);
    }
  });

  test("A3 integers with bits beyond their width are refused", () => {
    refuses("u16", "ff ff 04", /^byte 0: expected a u16, got a number of more than 16 bits$/);
    refuses("u16", "ff ff 83 00", /u16/);
    refuses("u32", "ff ff ff ff 10", /u32/);
    refuses("u32", `${x80(5)}00`, /u32/);
    refuses("u64", `${ff(9)}02`, /u64/);
    refuses("u64", `${ff(10)}00`, /u64/);
    refuses("s16", "ff ff 04", /s16/);
    refuses("s16", "80 80 7d", /s16/);
    refuses("s16", "ff ff 81 00", /s16/);
    refuses("s32", "ff ff ff ff 10", /s32/);
    refuses("s32", "80 80 80 80 77", /s32/);
    refuses("s64", `${x80(9)}7e`, /s64/);
    refuses("s64", `${x80(9)}02`, /s64/);
    refuses("string", "ff ff ff ff 10", /u32/);
    refuses(model.list("u16"), "02 01 ff ff 04", /^byte 2: expected a u16/);
  });

  test("A3 longer forms than necessary are accepted, and normalised", () => {
    accepts("u16", "85 80 00", 5);
    accepts("u32", "85 80 80 80 00", 5);
    accepts("u64", `85${x80(8)}00`, 5n);
    accepts("s16", "ff ff 7f", -1);
    accepts("s32", "85 80 80 80 00", 5);
    accepts("s32", "ff ff ff ff 7f", -1);
    accepts("s64", `${ff(9)}7f`, -1n);
    accepts("string", "81 80 00 61", "a");
    accepts(model.list("u32"), "82 00 85 00 06", Uint32Array.of(5, 6));
    accepts(model.enum("a", "b"), "81 00", "b");
  });

  test("A3 a truncated sign is accepted, unless that is switched off", () => {
    const truncated: readonly [Type, string, number | bigint][] = [
      ["s16", "ff ff 03", -1],
      ["s16", "80 80 02", -32768],
      ["s32", "80 80 80 80 08", -2147483648],
      ["s32", "ff ff ff ff 0f", -1],
      ["s64", `${x80(9)}01`, -(2n ** 63n)],
      ["s64", `${ff(9)}01`, -1n],
    ];
    const strict = createComponentModelCodec({ truncatedIntegers: false });
    for (const [type, hex, value] of truncated) {
      accepts(type, hex, value);
      assert.throws(() => decode(strict.type(model, type), bytesOf(hex)), DecodeError);
    }
    assert.equal(decode(strict.type(model, "s32"), bytesOf("80 80 80 80 78")), -2147483648);
  });

  test("A4 floats", () => {
    vector("f32", 1.5, "00 00 c0 3f");
    vector("f32", -0, "00 00 00 80");
    vector("f32", Infinity, "00 00 80 7f");
    vector("f32", 2 ** -149, "01 00 00 00");
    vector("f64", -Infinity, "00 00 00 00 00 00 f0 ff");
    vector("f64", Number.MIN_VALUE, "01 00 00 00 00 00 00 00");
    vector(model.list("f32"), Float32Array.of(1, 2), "02 00 00 80 3f 00 00 00 40");
    vector(model.list("f64"), [1], "01 00 00 00 00 00 00 f0 3f", Float64Array.of(1));
  });

  test("A4 every NaN is written as the canonical one", () => {
    const nan32 = Uint32Array.of(0xffffffff, 0x7f800001, 0x7fc00001);
    const nan64 = BigUint64Array.of(0xffffffffffffffffn, 0x7ff0000000000001n);
    for (const value of new Float32Array(nan32.buffer)) vector("f32", value, "00 00 c0 7f");
    for (const value of new Float64Array(nan64.buffer)) vector("f64", value, "00 00 00 00 00 00 f8 7f");
    const list32 = Float32Array.of(NaN, NaN, NaN);
    const list64 = Float64Array.of(NaN, NaN);
    vector(model.list("f32"), new Float32Array(nan32.buffer), `03${"0000c07f".repeat(3)}`, list32);
    vector(model.list("f64"), new Float64Array(nan64.buffer), `02${"000000000000f87f".repeat(2)}`, list64);
    accepts("f32", "01 00 80 ff", Number.NaN);
    accepts("f64", "ff ff ff ff ff ff ff ff", Number.NaN);
  });

  test("A5 characters", () => {
    vector("char", "\0", "00");
    vector("char", "\u007f", "7f");
    vector("char", "\u0080", "c2 80");
    vector("char", "\u07ff", "df bf");
    vector("char", "\u0800", "e0 a0 80");
    vector("char", "\ufeff", "ef bb bf");
    vector("char", "\u{10000}", "f0 90 80 80");
    vector("char", "\u{10ffff}", "f4 8f bf bf");
    const wrong = ["ed a0 80", "f4 90 80 80", "c0 80", "e0 80 80", "f0 80 80 80", "80", "ff", "f8 88 80 80", "c2 41"];
    for (const hex of wrong) refuses("char", hex, /expected a char/);
    rejects("char", "\udc00", /one character/);
    rejects("char", "e\u0301", /one character/);
  });

  test("A6 strings", () => {
    vector("string", "", "00");
    vector("string", "\ufeffa", "04 ef bb bf 61");
    vector("string", "a\0b", "03 61 00 62");
    vector("string", "🚩", "04 f0 9f 9a a9");
    for (const [length, prefix] of [
      [127, "7f"],
      [128, "80 01"],
      [16383, "ff 7f"],
      [16384, "80 80 01"],
    ] as const) {
      vector("string", "x".repeat(length), prefix + "78".repeat(length));
    }
    // The length in bytes needs more room than the length in code units.
    vector("string", "é".repeat(64), `80 01 ${"c3a9".repeat(64)}`);
    vector("string", `${"x".repeat(126)}é`, `80 01 ${"78".repeat(126)}c3a9`);
    vector("string", "日".repeat(8000), `c0 bb 01 ${"e697a5".repeat(8000)}`);
    for (const hex of ["01 ff", "02 c0 80", "03 ed a0 80", "02 e2 82", "04 f4 90 80 80"]) {
      refuses("string", hex, /^byte 1: expected a string, got \d bytes that are not UTF-8$/);
    }
    refuses("string", `64${"61".repeat(99)}80`, /expected a string/);
    rejects("string", "\ud800", /lone surrogates/);
    rejects("string", `${"x".repeat(50)}\udc00`, /lone surrogates/);
  });

  test("A7 lists", () => {
    vector(model.list("string"), [], "00");
    vector(model.list("u8"), new Uint8Array(), "00");
    vector(model.list(model.list("u8")), [Uint8Array.of(1), Uint8Array.of()], "02 01 01 00");
    const many = model.list("string");
    const values = Array.from({ length: 100_000 }, (_, index) => String(index % 10));
    const bytes = encode(componentModelCodec.type(model, many), values);
    assert.equal(bytes.length, 3 + 200_000);
    assert.deepEqual(decode(componentModelCodec.type(model, many), bytes), values);
  });

  test("A7 bytes are a view of what was received, unless that would keep much more alive", () => {
    const codec = componentModelCodec.type(model, model.list("u8"));
    const large = encode(codec, new Uint8Array(1000)).slice();
    assert.equal((decode(codec, large) as Uint8Array).buffer, large.buffer);
    const message = new Uint8Array(100_000);
    message.set([3, 1, 2, 3]);
    const small = codec.decode(new Reader(message), new RecordingLifting()) as Uint8Array;
    assert.equal(small.buffer.byteLength, 3);
    const fromBuffer = decode(codec, Buffer.from(large)) as Uint8Array;
    assert.equal(fromBuffer.constructor, Uint8Array);
  });

  test("A8 an option of an option has three values", () => {
    const type = model.option(model.option("u8"));
    vector(type, { tag: "none" }, "00");
    vector(type, { tag: "some", val: undefined }, "01 00");
    vector(type, { tag: "some", val: 7 }, "01 01 07");
  });

  test("A9 results with and without payloads", () => {
    vector(model.result(), { tag: "ok", val: undefined }, "00");
    vector(model.result(), { tag: "err", val: undefined }, "01");
    vector(model.result("u8"), { tag: "ok", val: 7 }, "00 07");
    vector(model.result("u8"), { tag: "err", val: undefined }, "01");
    vector(model.result(undefined, "u8"), { tag: "ok", val: undefined }, "00");
    vector(model.result(undefined, "u8"), { tag: "err", val: 7 }, "01 07");
  });

  test("A10 variants and enums of 1, 128, 129 and 300 cases", () => {
    for (const [count, last] of [
      [1, "00"],
      [128, "7f"],
      [129, "80 01"],
      [300, "ab 02"],
    ] as const) {
      const names = Array.from({ length: count }, (_, index) => `c${index}`);
      const name = `c${count - 1}`;
      vector(model.enum(...names), name, last);
      vector(model.variant(Object.fromEntries(names.map((key) => [key, undefined]))), { tag: name }, last);
      vector(model.variant(Object.fromEntries(names.map((key) => [key, "u8"]))), { tag: name, val: 5 }, `${last} 05`);
    }
    refuses(model.enum("a", "b"), "02", /^byte 0: expected one of the 2 cases of an enum, got number 2$/);
    refuses(model.variant({ a: "u8" }), "01", /^byte 0: expected one of the 1 cases of a variant, got number 1$/);
    refuses(model.enum("a"), "ff ff ff ff 0f", /got number 4294967295/);
  });

  test("A11 flags take as many bytes as they have bits", () => {
    for (const count of [1, 7, 8, 9, 16, 17, 24, 25, 32, 33, 56, 64, 65, 128, 129]) {
      const type = model.flags(...flagNames(count));
      const size = Math.ceil(count / 8);
      const all = Array.from({ length: count }, (_, index) => index);
      const lastByte = (2 ** (((count - 1) % 8) + 1) - 1).toString(16).padStart(2, "0");
      vector(type, flagValues(count, all), ff(size - 1) + lastByte);
      vector(type, flagValues(count, []), "00".repeat(size));
      if (count % 8 > 0) refuses(type, ff(size), /got a bit that belongs to none of them$/);
    }
  });

  test("A11 with rustFlagsQuirk, flags are read from the integer that Rust keeps them in, and written as ever", () => {
    const quirky = createComponentModelCodec({ rustFlagsQuirk: true });
    for (const [count, bytes] of [
      [8, 1],
      [9, 2],
      [17, 4],
      [24, 4],
      [33, 8],
      [56, 8],
      [65, 16],
      [120, 16],
      [129, 17],
    ] as const) {
      const codec = quirky.type(model, model.flags(...flagNames(count)));
      const value = flagValues(count, [0]);
      assert.deepEqual(decode(codec, bytesOf(`01${"00".repeat(bytes - 1)}`)), value);
      assert.deepEqual(decodeBytewise(codec, bytesOf(`01${"00".repeat(bytes - 1)}`)), value);
      assert.equal(encode(codec, value).length, Math.ceil(count / 8));
    }
    const seventeen = quirky.type(model, model.flags(...flagNames(17)));
    assert.throws(() => decode(seventeen, bytesOf("00 00 02 00")), DecodeError);
    assert.throws(() => decode(seventeen, bytesOf("00 00 00 80")), DecodeError);
  });

  test("A12 tuples and records are their members and nothing else", () => {
    const nested = model.tuple("u8", model.record({ a: "string", b: model.tuple("bool", "u16") }), model.tuple());
    vector(nested, [1, { a: "x", b: [true, 300] }, []], "01 01 78 01 ac 02");
    vector(model.tuple("u8", "string", "bool", "u16"), [1, "x", true, 300], "01 01 78 01 ac 02");
    vector(model.record({}), {}, "");
    vector(model.tuple(), [], "");
    for (const count of [0, 1, 16, 17, 40]) {
      const names = Array.from({ length: count }, (_, index) => `p${index}`);
      const codec = componentModelCodec.params(
        model,
        model.func(Object.fromEntries(names.map((name) => [name, "u8"]))),
      );
      const values = names.map((_, index) => index);
      assert.deepEqual([...roundTrip(codec, values)], values);
    }
  });

  test("A13 handles are lists of bytes, owned or borrowed", () => {
    const thing = model.resource("thing");
    for (const [length, prefix] of [
      [0, "00"],
      [16, "10"],
      [127, "7f"],
      [128, "80 01"],
      [1000, "e8 07"],
    ] as const) {
      const handle = new Uint8Array(length).fill(0xab);
      vector(model.own(thing), handle, prefix + "ab".repeat(length));
      vector(model.borrow(thing), handle, prefix + "ab".repeat(length));
    }
  });

  test("A14 bool, option, result, stream and future begin with 0 or 1", () => {
    refuses("bool", "02", /^byte 0: expected a bool \(0x00 or 0x01\), got 0x02$/);
    refuses(model.option("u8"), "02 00", /^byte 0: expected an option \(0x00 or 0x01\), got 0x02$/);
    refuses(model.option(model.option("u8")), "01 ff", /^byte 1: expected an option/);
    refuses(model.result("u8"), "80", /^byte 0: expected a result \(0x00 or 0x01\), got 0x80$/);
    refuses(model.stream("u8"), "03 01 02 03", /^byte 0: expected a stream \(0x00 or 0x01\), got 0x03$/);
    refuses(model.future("u8"), "02", /^byte 0: expected a future \(0x00 or 0x01\), got 0x02$/);
    refuses(model.tuple("string", "bool"), "01 61 07", /^byte 2: expected a bool/);
  });

  test("streams and futures that came whole are taken as such", () => {
    const ready = (path: readonly number[], value: unknown): unknown => ({ kind: "stream", path, ready: value });
    accepts(model.stream("u8"), "01 03 01 02 03", ready([], Uint8Array.of(1, 2, 3)));
    accepts(model.stream("u8"), "01 00", ready([], new Uint8Array()));
    accepts(model.stream("string"), "01 00", ready([], []));
    accepts(model.stream("string"), "01 02 01 61 00", ready([], ["a", ""]));
    accepts(model.stream(), "01 02", ready([], [undefined, undefined]));
    accepts(model.future("u8"), "01 07", { kind: "future", path: [], ready: { value: 7 } });
    accepts(model.future(), "01", { kind: "future", path: [], ready: { value: undefined } });
    const inner = { kind: "stream", path: [] };
    accepts(model.future(model.stream("u8")), "01 00", { kind: "future", path: [], ready: { value: inner } });
    const elements = [0, 1].map((index) => ({ kind: "stream", path: [1, index] }));
    accepts(model.tuple("u8", model.stream(model.stream("u8"))), "05 01 02 00 00", [5, ready([1], elements)]);
  });

  test("of equal keys in a map, the last one wins", () => {
    accepts(
      model.map("string", "u8"),
      "03 01 61 01 01 62 02 01 61 03",
      new Map([
        ["a", 3],
        ["b", 2],
      ]),
    );
  });
});

function flagNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `f${index}`);
}

function flagValues(count: number, set: readonly number[]): Record<string, boolean> {
  return Object.fromEntries(flagNames(count).map((name, index) => [name, set.includes(index)]));
}
