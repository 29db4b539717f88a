import assert from "node:assert/strict";
import { test } from "node:test";
import type { Type } from "@witwire/wit/model";
import type { Codec, ValueCodec } from "../codec.ts";
import { ValueError } from "../errors.ts";
import { Writer } from "../writer.ts";
import { RecordingLowering } from "./effects.ts";
import { encode } from "./exercise.ts";
import { ModelBuilder } from "./model.ts";

/** Values that do not fit are refused with the path to what is wrong, and nothing is written. */
export function rejectionTests(codec: Codec): void {
  const model = new ModelBuilder();

  /** Refused with exactly this message, and the writer as it was. */
  const refused = (values: ValueCodec, value: unknown, message: string): void => {
    const writer = new Writer(2);
    writer.byte(0xaa);
    const lowering = new RecordingLowering([4, 2]);
    assert.throws(
      () => values.encode(writer, value, lowering),
      (error) => {
        assert.ok(error instanceof ValueError, String(error));
        assert.equal(error.message, message);
        return true;
      },
    );
    assert.deepEqual([...writer.written()], [0xaa]);
    assert.deepEqual(lowering.path, [4, 2]);
  };
  const wrong = (type: Type, value: unknown, message: string): void => refused(codec.type(model, type), value, message);

  test("integers out of range or of the wrong kind, never wrapped", () => {
    const cases: readonly [Type, readonly unknown[]][] = [
      ["u8", [256, -1, 1.5, NaN, "5", 5n, true, null, undefined, [5]]],
      ["s8", [128, -129, "5", Infinity]],
      ["u16", [65536, -1, 0.5]],
      ["s16", [32768, -32769]],
      ["u32", [2 ** 32, -1, 0.5, Number.MAX_SAFE_INTEGER, NaN]],
      ["s32", [2 ** 31, -(2 ** 31) - 1, 0.5]],
      ["u64", [2n ** 64n, -1n, 5, "5", undefined]],
      ["s64", [2n ** 63n, -(2n ** 63n) - 1n, 5]],
    ];
    for (const [type, values] of cases) {
      for (const value of values) {
        assert.throws(() => encode(codec.type(model, type), value), ValueError, `${type} of ${String(value)}`);
        assert.throws(() => encode(codec.type(model, model.list(type)), [value]), ValueError, `list<${type}>`);
      }
    }
    wrong("u8", 300, "expected a u8 (0 to 255), got 300");
    wrong("u64", 5, "expected a u64 (bigint, 0n to 2n ** 64n - 1n), got 5");
    wrong(model.list("u8"), Uint16Array.of(1, 256), "[1]: expected a u8 (0 to 255), got 256");
  });

  test("other primitives", () => {
    wrong("bool", 1, "expected a boolean, got 1");
    wrong("f64", "1.5", 'expected a number, got "1.5"');
    wrong("f32", 1e300, "expected an f32 (a number of at most 3.4e38), got 1e+300");
    wrong("char", "ab", 'expected a string of one character, got "ab"');
    wrong("char", "", 'expected a string of one character, got ""');
    wrong("char", "\ud800", 'expected a string of one character, got "\\ud800"');
    wrong("string", undefined, "expected a string, got undefined");
    wrong("string", "a\udc00", 'expected a string without lone surrogates, got "a\\udc00"');
    wrong("string", `${"x".repeat(100)}\ud800`, `expected a string without lone surrogates, got "${"x".repeat(40)}…"`);
  });

  test("shapes", () => {
    wrong(model.list("string"), "abc", 'expected an array, got "abc"');
    wrong(model.list("u32"), new Set([1]), "expected a Uint32Array or an array, got a Set");
    wrong(model.list("u32"), new DataView(new ArrayBuffer(4)), "expected a Uint32Array or an array, got a DataView");
    wrong(model.fixedLengthList("string", 2), ["a"], "expected an array of 2, got an array of 1");
    wrong(model.tuple("u8", "u8"), [1], "expected an array of 2, got an array of 1");
    wrong(model.tuple("u8", "u8"), [1, 2, 3], "expected an array of 2, got an array of 3");
    wrong(model.record({ a: "u8" }), null, "expected an object, got null");
    wrong(model.record({ a: model.option("u8") }), [], "expected an object, got an array of 0");
    wrong(model.map("string", "u8"), { a: 1 }, "expected a Map, got an object");
    wrong(model.flags("a"), { a: 1 }, "a: expected a boolean, got 1");
    wrong(model.flags("a"), undefined, "expected an object of booleans, got undefined");
    wrong(model.enum("a", "b", "c"), "d", 'expected "a", "b" or "c", got "d"');
    wrong(model.variant({ a: "u8", b: undefined }), { tag: "c" }, 'tag: expected "a" or "b", got "c"');
    wrong(model.variant({ a: "u8" }), "a", 'expected an object { tag, val }, got "a"');
    wrong(model.variant({ a: undefined }), { tag: "a", val: 1 }, 'val: expected nothing for "a", got 1');
    wrong(model.result("u8"), 5, "expected an object { tag, val }, got 5");
    wrong(model.result("u8"), { tag: "OK" }, 'tag: expected "ok" or "err", got "OK"');
    wrong(model.option(model.option("u8")), 5, "expected an object { tag, val } (an option of an option), got 5");
  });

  test("the path leads to what is wrong", () => {
    const item = model.record({
      tags: model.list("string"),
      "unit-price": "f64",
      kind: model.variant({ sized: model.tuple("u8", "u8"), plain: undefined }),
      counts: model.map("string", model.list("u32")),
      maybe: model.option(model.option("u8")),
      outcome: model.result("u8", "string"),
    });
    const good = {
      tags: ["a"],
      unitPrice: 1,
      kind: { tag: "sized", val: [1, 2] },
      counts: new Map([["x", [1]]]),
      maybe: { tag: "none" },
      outcome: { tag: "ok", val: 1 },
    };
    const params = codec.params(model, model.func({ "the-item": item, count: "u8" }, item));
    const bad = (change: object, message: string): void => refused(params, [{ ...good, ...change }, 1], message);
    bad({ tags: ["a", "b", "c", 5] }, "params: theItem.tags[3]: expected a string, got 5");
    bad({ unitPrice: "1" }, 'params: theItem.unitPrice: expected a number, got "1"');
    bad({ kind: { tag: "sized", val: [1, 256] } }, "params: theItem.kind.val[1]: expected a u8 (0 to 255), got 256");
    bad({ counts: new Map([["x", [-1]]]) }, 'params: theItem.counts["x"][0]: expected a u32 (0 to 4294967295), got -1');
    bad({ counts: new Map([[5, []]]) }, "params: theItem.counts[key 0]: expected a string, got 5");
    bad({ maybe: { tag: "some", val: "x" } }, 'params: theItem.maybe.val: expected a u8 (0 to 255), got "x"');
    bad({ outcome: { tag: "err", val: 1 } }, "params: theItem.outcome.val: expected a string, got 1");
    refused(params, [good], "params: count: expected a u8 (0 to 255), got undefined");
    refused(params, [good, 1, 2], "params: expected an array of at most 2, got an array of 3");
    const result = codec.result(model, model.func({}, item));
    assert.ok(result);
    refused(result, { ...good, tags: 5 }, "result: tags: expected an array, got 5");
  });

  test("what the lowering or a getter throws arrives unchanged", () => {
    const boom = new Error("boom");
    const fail = (): never => {
      throw boom;
    };
    const writer = new Writer();
    const lowering = Object.assign(new RecordingLowering([1]), { own: fail });
    const type = model.record({ name: "string", items: model.list(model.own(model.resource("thing"))) });
    assert.throws(() => codec.type(model, type).encode(writer, { name: "x", items: [1] }, lowering), boom);
    assert.equal(writer.position, 0);
    assert.deepEqual(lowering.path, [1]);
    const record = model.record({ name: "string" });
    const getter = Object.defineProperty({}, "name", { get: fail });
    assert.throws(() => codec.type(model, record).encode(writer, getter, lowering), boom);
  });

  test("types that no value can have are refused when they are compiled", () => {
    const nested = (levels: number): Type => {
      let type: Type = "string";
      for (let level = 0; level < levels; level++) type = model.list(type);
      return type;
    };
    codec.type(model, nested(64));
    assert.throws(() => codec.type(model, nested(65)), /nests more than 64 levels deep/);
    assert.throws(() => codec.type(model, nested(100_000)), /nests more than 64 levels deep/);
    const next = model.types.length;
    const cyclic = model.define({ tag: "record", fields: [{ name: "next", type: next + 1 }] }, "node");
    model.option(cyclic);
    assert.throws(() => codec.type(model, cyclic), /type "node" contains itself/);
    const hostile = model.define({ tag: "record", fields: [{ name: "__proto__", type: "u8" }] });
    assert.throws(() => codec.type(model, hostile), /cannot be the name of a field/);
    assert.throws(() => codec.type(model, 1_000_000), /the model has no type 1000000/);
    assert.throws(() => codec.type(model, model.resource("bare")), /is a resource/);
    assert.throws(() => codec.type(model, model.own(model.list("u8"))), /where a resource is expected/);
  });
}
