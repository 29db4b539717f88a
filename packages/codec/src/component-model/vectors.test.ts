import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import { decode, decodeBytewise, encode, roundTrip } from "../compliance/exercise.ts";
import { ModelBuilder } from "../compliance/model.ts";
import { DecodeError, ValueError } from "../errors.ts";
import { componentModelCodec, createComponentModelCodec } from "./codec.ts";

const model = new ModelBuilder();

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
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
  });
});

function flagNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `f${index}`);
}

function flagValues(count: number, set: readonly number[]): Record<string, boolean> {
  return Object.fromEntries(flagNames(count).map((name, index) => [name, set.includes(index)]));
}
