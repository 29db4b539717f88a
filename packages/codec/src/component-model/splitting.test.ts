import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import fc from "fast-check";
import { decode, decodeBytewise, encode } from "../compliance/exercise.ts";
import { ModelBuilder } from "../compliance/model.ts";
import { randomType } from "../compliance/random-types.ts";
import { DecodeError } from "../errors.ts";
import { componentModelCodec, goComponentModelCodec } from "./codec.ts";

const model = new ModelBuilder();

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The primitives of an encoded value: what is left when it is parted wherever it can be. */
function primitives(type: Type, value: unknown): string {
  const codec = componentModelCodec.type(model, type);
  return (codec.split?.(encode(codec, value), 1) ?? []).map(hexOf).join(" ");
}

describe("parting encoded values", () => {
  test("numbers, strings, flags and handles stay whole, and whatever holds them can be parted around them", () => {
    assert.equal(
      primitives(model.tuple("u16", "s32", "bool", "f32"), [300, -123456, true, 1]),
      "ac02 c0bb78 01 0000803f",
    );
    assert.equal(primitives(model.record({ a: "string", b: "char" }), { a: "foo", b: "€" }), "03666f6f e282ac");
    assert.equal(primitives(model.list("string"), ["a", "bc"]), "02 0161 026263");
    assert.equal(primitives(model.list(model.alias("u8")), Uint8Array.of(1, 2)), "02 01 02");
    assert.equal(primitives(model.list("u32"), Uint32Array.of(1, 300)), "02 01 ac02");
    assert.equal(primitives(model.fixedLengthList("u16", 2), Uint16Array.of(1, 300)), "01 ac02");
    assert.equal(primitives(model.map("u8", "string"), new Map([[7, "x"]])), "01 07 0178");
    assert.equal(primitives(model.option("f64"), 1), "01 000000000000f03f");
    assert.equal(primitives(model.option("f64"), undefined), "00");
    assert.equal(primitives(model.result(undefined, "u32"), { tag: "err", val: 300 }), "01 ac02");
    assert.equal(primitives(model.variant({ a: undefined, b: "u32" }), { tag: "b", val: 300 }), "01 ac02");
    const flags = Array.from({ length: 9 }, (_, index) => `f${index}`);
    assert.equal(primitives(model.tuple(model.flags(...flags), "u8"), [{ f0: true, f8: true }, 1]), "0101 01");
    const handle = model.own(model.resource("counter"));
    assert.equal(primitives(model.tuple(handle, handle), [Uint8Array.of(1, 2), Uint8Array.of(3)]), "020102 0103");
    assert.equal(primitives(model.tuple(model.stream("u8"), model.future("string")), [[], ""]), "00 00");
  });

  test("pieces are as large as they may be, and only a primitive that is larger makes a larger one", () => {
    const codec = componentModelCodec.type(model, model.list("string"));
    const bytes = encode(codec, ["aaa", "bbb", "c".repeat(20), "dd", "e"]);
    const sizes = (most: number) => codec.split?.(bytes, most).map(({ length }) => length);
    assert.deepEqual(sizes(10), [9, 21, 5]);
    assert.deepEqual(sizes(35), [35]);
    assert.deepEqual(sizes(34), [33, 2]);
    const data = componentModelCodec.type(model, model.tuple("string", model.list("u8"), "u8"));
    const tuple = encode(data, ["a".repeat(10), new Uint8Array(25), 9]);
    assert.deepEqual(
      data.split?.(tuple, 8).map(({ length }) => length),
      [11, 8, 8, 8, 3],
    );
  });

  test("parameters, results and chunks of streams are parted like any value", () => {
    const func = model.func({ a: "string", b: "u32" }, model.list("string"));
    const params = componentModelCodec.params(model, func);
    assert.deepEqual(params.split?.(encode(params, ["abc", 300]), 4).map(hexOf), ["03616263", "ac02"]);
    const result = componentModelCodec.result(model, func);
    assert.ok(result);
    assert.deepEqual(result.split?.(encode(result, ["a", "b"]), 3).map(hexOf), ["020161", "0162"]);
  });

  test("whatever the type, what stands behind a value is found where it begins", () => {
    fc.assert(
      fc.property(
        randomType.chain((random) => random.sample.map(({ value }) => ({ random, value }))),
        ({ random, value }) => {
          const one = new ModelBuilder();
          const codec = componentModelCodec.type(one, one.tuple(random.build(one), "string"));
          const bytes = encode(codec, [value, "behind"]);
          const pieces = codec.split?.(bytes, 1) ?? [];
          assert.equal(pieces.map(hexOf).join(""), hexOf(bytes));
          assert.equal(hexOf(pieces.at(-1) ?? bytes), "06626568696e64");
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("chars as Go peers have them", () => {
  const codec = goComponentModelCodec.type(model, "char");

  test("are the number of their code point", () => {
    for (const [char, hex] of [
      ["a", "61"],
      ["€", "ac41"],
      ["🚩", "a9ed07"],
      ["\u{10ffff}", "ffff43"],
    ] as const) {
      const bytes = encode(codec, char);
      assert.equal(hexOf(bytes), hex);
      assert.equal(decode(codec, bytes), char);
      assert.equal(decodeBytewise(codec, bytes), char);
    }
  });

  test("cannot be surrogates or beyond the last code point", () => {
    for (const bytes of [
      [0x80, 0xb0, 0x03],
      [0xff, 0xbf, 0x03],
      [0x80, 0x80, 0x44],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
    ]) {
      assert.throws(() => decode(codec, Uint8Array.from(bytes)), DecodeError);
    }
  });

  test("stay whole when a list of them is parted", () => {
    const list = goComponentModelCodec.type(model, model.list("char"));
    assert.deepEqual(list.split?.(encode(list, ["€", "a"]), 1).map(hexOf), ["02", "ac41", "61"]);
  });

  test("are UTF-8 for everybody else, which differs beyond ASCII", () => {
    const utf8 = componentModelCodec.type(model, "char");
    assert.equal(hexOf(encode(utf8, "a")), hexOf(encode(codec, "a")));
    assert.throws(() => decode(utf8, encode(codec, "€")), DecodeError);
  });
});
