import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Type } from "../model/index.ts";
import { parseWave, printWave, WaveValueError } from "./index.ts";
import { Arena } from "./testing/arena.ts";

const arena = new Arena();
const optionU8 = arena.option("u8");
const nested = arena.option(optionU8);
const basic = arena.record("basic", { required: "u8", optional: optionU8 });
const optionals = arena.record("optionals", { a: optionU8, "b-c": nested });
const permissions = arena.flags("permissions", "read", "no-delay");
const keywordCases = arena.enum("keyword-cases", "true", "left");
const shape = arena.variant("shape", { point: undefined, circle: "f32", some: "u8" });
const resultBoth = arena.result("u8", "string");
const two = arena.type({ tag: "fixed-length-list", type: "u8", length: 2 });
const map = arena.type({ tag: "map", key: "string", value: "u8" });
const resource = arena.type({ tag: "resource" }, "bucket");
const own = arena.type({ tag: "own", resource });
const post = arena.record("post", {
  title: "string",
  body: "string",
  tags: arena.list("string"),
  votes: arena.list("u32"),
});

const canonical: readonly (readonly [Type, unknown, string])[] = [
  ["bool", true, "true"],
  ["s64", -5n, "-5"],
  ["u32", 4294967295, "4294967295"],
  ["f64", 1e21, "1000000000000000000000"],
  ["f32", 0.1, "0.1"],
  ["f64", Number.NaN, "nan"],
  ["char", "'", "'\\''"],
  ["char", '"', "'\\\"'"],
  ["char", "🌊", "'🌊'"],
  ["char", "\u0000", "'\\u{0}'"],
  ["string", "\\'\"\t\n\r", '"\\\\\\\'\\"\\t\\n\\r"'],
  ["string", "WAVE🌊", '"WAVE🌊"'],
  ["string", "e\u0301 \u202e \u00a0", '"e\\u{301} \\u{202e} \\u{a0}"'],
  [arena.tuple("u8", "string"), [1, "a"], '(1, "a")'],
  [arena.list("u8"), Uint8Array.of(1, 2), "[1, 2]"],
  [arena.list("u8"), [1, 2], "[1, 2]"],
  [arena.list("string"), [], "[]"],
  [basic, { required: 1, optional: undefined }, "{required: 1}"],
  [basic, { required: 1, optional: 2 }, "{required: 1, optional: some(2)}"],
  [optionals, { bC: { tag: "none" } }, "{:}"],
  [optionals, { bC: { tag: "some", val: undefined } }, "{b-c: some(none)}"],
  [shape, { tag: "point" }, "point"],
  [shape, { tag: "circle", val: 1.5 }, "circle(1.5)"],
  [shape, { tag: "some", val: 1 }, "%some(1)"],
  [keywordCases, "true", "%true"],
  [keywordCases, "left", "left"],
  [permissions, { read: false, noDelay: true }, "{no-delay}"],
  [permissions, {}, "{}"],
  [optionU8, undefined, "none"],
  [resultBoth, { tag: "ok", val: 1 }, "ok(1)"],
  [resultBoth, { tag: "err", val: "x" }, 'err("x")'],
  [arena.result(), { tag: "ok" }, "ok"],
  [arena.result(), { tag: "err", val: undefined }, "err"],
  [map, new Map([["a", 1]]), '[("a", 1)]'],
];

const wrong: readonly (readonly [Type, unknown, string])[] = [
  ["bool", 1, "value: expected bool, got number 1"],
  ["u8", 256, "value: 256 is out of range for u8 (0 to 255)"],
  ["u8", -1, "value: -1 is out of range for u8 (0 to 255)"],
  ["u8", 1.5, "value: 1.5 is no whole number, as u8 needs"],
  ["u8", Number.NaN, "value: NaN is no whole number, as u8 needs"],
  ["u8", 1n, "value: expected u8, a number, got bigint 1"],
  ["u64", 1, "value: expected u64, a bigint, got number 1"],
  [
    "s64",
    1n << 63n,
    "value: 9223372036854775808 is out of range for s64 (-9223372036854775808 to 9223372036854775807)",
  ],
  ["f32", "1", 'value: expected f32, a number, got string "1"'],
  ["char", "ab", "value: expected char, exactly one character, got 2"],
  ["char", "", "value: expected char, exactly one character, got 0"],
  ["char", "\ud800", "value: half of a surrogate pair at index 0 is no character"],
  ["string", "ab\udc00", "value: half of a surrogate pair at index 2 is no character"],
  ["string", undefined, "value: expected string, got undefined"],
  ["string", null, "value: expected string, got null"],
  [basic, [], "value: expected record basic, an object, got an array"],
  [basic, {}, "value.required: expected u8, a number, got undefined"],
  [
    arena.list(basic),
    [{ required: 1 }, { required: 1, optional: "x" }],
    'value[1].optional: expected u8, a number, got string "x"',
  ],
  [arena.tuple("u8", "u8"), [1], "value: expected tuple<u8, u8> with 2 elements, got 1"],
  [arena.tuple("u8"), {}, "value: expected tuple<u8>, an array, got an object"],
  [two, Uint8Array.of(1), "value: expected list<u8, 2> with 2 elements, got 1"],
  [arena.list("u8"), "ab", 'value: expected list<u8>, an array, got string "ab"'],
  [map, { a: 1 }, "value: expected map<string, u8>, a Map, got an object"],
  [map, new Map([["a", 300]]), "value[0].value: 300 is out of range for u8 (0 to 255)"],
  [shape, "point", 'value: expected variant shape, an object with a tag, got string "point"'],
  [shape, { tag: "cricle", val: 1 }, 'value: variant shape has no case "cricle"; did you mean "circle"?'],
  [shape, { tag: "square" }, 'value: variant shape has no case "square"; it has point, circle, some'],
  [shape, { tag: "point", val: 1 }, 'value: case "point" of variant shape takes no value, got number 1'],
  [keywordCases, { tag: "left" }, "value: expected enum keyword-cases, a string, got an object"],
  [permissions, { read: 1 }, "value.read: expected a boolean, got number 1"],
  [nested, 1, 'value: expected option<option<u8>>, { tag: "some", val } or { tag: "none" }, got number 1'],
  [resultBoth, 1, 'value: expected result<u8, string>, { tag: "ok", val } or { tag: "err", val }, got number 1'],
  [arena.result(), { tag: "ok", val: 1 }, 'value: "ok" of result takes no value, got number 1'],
  [own, new Date(0), 'value: own<bucket> has no WAVE form; pass "opaque" to choose one'],
  [resource, {}, "value: resource bucket is no type of values; its handles are own and borrow"],
];

describe("printWave", () => {
  it("writes the canonical form, which reads back as the same text", () => {
    for (const [type, value, text] of canonical) {
      assert.equal(printWave(arena.resolve, type, value), text);
      assert.equal(printWave(arena.resolve, type, parseWave(arena.resolve, type, text)), text);
    }
  });

  it("names the path of what does not fit", () => {
    for (const [type, value, message] of wrong) {
      assert.throws(() => printWave(arena.resolve, type, value), { name: "WaveValueError", message });
    }
    assert.throws(
      () => printWave(arena.resolve, arena.list(basic), [{ required: -1 }]),
      (error) => error instanceof WaveValueError && error.path === "value[0].required",
    );
  });

  it("asks a hook how to print what has no form", () => {
    const stream = arena.type({ tag: "stream", type: "u8" });
    const text = printWave(arena.resolve, arena.tuple(own, stream, "error-context"), [7, [], "late"], {
      opaque: (kind, _type, value) => `<${kind} ${JSON.stringify(value)}>`,
    });
    assert.equal(text, '(<own 7>, <stream []>, <error-context "late">)');
  });

  it("limits the depth", () => {
    let deep: Type = "u8";
    let value: unknown = 1;
    for (let level = 0; level < 64; level++) {
      deep = arena.tuple(deep);
      value = [value];
    }
    assert.throws(() => printWave(arena.resolve, deep, value), {
      message: /: values are nested deeper than 64 levels/,
    });
  });
});

describe("printWave, pretty", () => {
  const value = {
    title: "Waves",
    body: 'First "line"\n  second """ line\\\n\nlast\r\n',
    tags: ["one", "two"],
    votes: Uint32Array.from({ length: 30 }, (_, index) => index * 1000),
  };

  it("breaks what does not fit, fills lists of plain values and spreads texts over lines", () => {
    assert.equal(
      printWave(arena.resolve, post, value, { pretty: true, width: 60 }),
      `{
  title: "Waves",
  body: """
    First "line"
      second "\\"" line\\\\
    
    last\\r
    
    """,
  tags: ["one", "two"],
  votes: [
    0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000,
    10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000,
    18000, 19000, 20000, 21000, 22000, 23000, 24000, 25000,
    26000, 27000, 28000, 29000,
  ],
}`,
    );
  });

  it("stays on one line where it fits", () => {
    assert.equal(printWave(arena.resolve, basic, { required: 1 }, { pretty: true }), "{required: 1}");
  });

  it("keeps what wraps a group on the lines of its brackets", () => {
    const type = arena.option(arena.result(arena.list("string")));
    const text = printWave(arena.resolve, type, { tag: "ok", val: ["abcdef", "ghi"] }, { pretty: true, width: 20 });
    assert.equal(text, 'some(ok([\n  "abcdef", "ghi",\n]))');
  });

  it("is read back as the same value", () => {
    assert.deepStrictEqual(
      parseWave(arena.resolve, post, printWave(arena.resolve, post, value, { pretty: true })),
      value,
    );
  });
});
