import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Type } from "../model/index.ts";
import { parseWave } from "./index.ts";
import { Arena } from "./testing/arena.ts";

const arena = new Arena();
const optionU8 = arena.option("u8");
const basic = arena.record("basic", { required: "u8", optional: optionU8 });
const optionals = arena.record("optionals", { a: optionU8, b: optionU8 });
const keywordFields = arena.record("keyword-fields", {
  true: "bool",
  false: "bool",
  some: optionU8,
  none: optionU8,
  ok: arena.result(),
  err: arena.result(),
  inf: "f32",
  nan: "f32",
});
const hand = arena.enum("hand", "left", "right", "get-JSON");
const keywordCases = arena.enum("keyword-cases", "true", "false", "some", "none", "ok", "err", "inf", "nan");
const permissions = arena.flags("permissions", "read", "write", "no-delay");
const response = arena.variant("response", { empty: undefined, body: arena.list("u8"), err: "string" });
const alias = arena.type({ tag: "alias", type: optionU8 }, "maybe");

function read(type: Type, text: string): unknown {
  return parseWave(arena.resolve, type, text);
}

function table(name: string, rows: readonly (readonly [Type, string, unknown])[]): void {
  it(name, () => {
    for (const [type, text, value] of rows) assert.deepStrictEqual(read(type, text), value, text);
  });
}

describe("parseWave reads what the specification shows", () => {
  table("bools, integers and floats", [
    ["bool", "true", true],
    ["bool", "false", false],
    ["u8", "123", 123],
    ["s8", "-9", -9],
    ["s8", "-0", 0],
    ["s32", "-2147483648", -2147483648],
    ["u64", "18446744073709551615", 18446744073709551615n],
    ["s64", "-9223372036854775808", -9223372036854775808n],
    ["f64", "3.14", 3.14],
    ["f64", "6.022e+23", 6.022e23],
    ["f64", "0.000e100", 0],
    ["f64", "-0.0e-0", -0],
    ["f64", "nan", Number.NaN],
    ["f32", "-inf", Number.NEGATIVE_INFINITY],
    ["f32", "inf", Number.POSITIVE_INFINITY],
    ["f32", "3.4028234664123e38", Math.fround(3.4028234663852886e38)],
    ["f32", "3.4028234664e39", Number.POSITIVE_INFINITY],
    ["f32", "1.4012984643e-46", 0],
  ]);

  table("chars", [
    ["char", "'x'", "x"],
    ["char", "'☃'", "☃"],
    ["char", "'🌊'", "🌊"],
    ["char", "'\\''", "'"],
    ["char", "'\"'", '"'],
    ["char", "'\\\\'", "\\"],
    ["char", "'\\u{0}'", "\0"],
    ["char", "'\\u{000078}'", "x"],
    ["char", "'\\u{10ffff}'", "\u{10ffff}"],
    ["char", "'\\n'", "\n"],
  ]);

  table("strings", [
    ["string", '""', ""],
    ["string", '"abc\\t123"', "abc\t123"],
    ["string", '"WAVE🌊"', "WAVE🌊"],
    ["string", '"\\\\\\\'\\"\\t\\n\\r"', "\\'\"\t\n\r"],
    ["string", "\"'\\'\\u{27}\"", "'''"],
    ["string", '"// no comment"', "// no comment"],
  ]);

  table("strings of several lines", [
    ["string", '"""\n"""', ""],
    ["string", '"""\nA single line\n"""', "A single line"],
    [
      "string",
      '"""\n    Indentation determined\n      by ending delimiter\n  """',
      "  Indentation determined\n    by ending delimiter",
    ],
    [
      "string",
      '"""\n  Must escape carriage return at end of line: \\r\n  Must break up double quote triplets: ""\\""\n  """',
      'Must escape carriage return at end of line: \r\nMust break up double quote triplets: """"',
    ],
    ["string", '"""\n\nlines around are kept\n\n"""', "\nlines around are kept\n"],
    ["string", '"""\r\none\r\ntwo\r\n"""', "one\ntwo"],
    ["string", '"""\n\n"""', ""],
    ["string", '"""\n\\\\\\\'\\"\\t\\n\\r\\u{2603}\n"""', "\\'\"\t\n\r☃"],
  ]);

  table("tuples, lists and maps", [
    [arena.tuple("u8", "string"), '(123, "abc")', [123, "abc"]],
    [arena.tuple("u8"), "(1,)", [1]],
    [arena.list("char"), "[]", []],
    [arena.list("char"), "['a', 'b', 'c',]", ["a", "b", "c"]],
    [arena.list("u8"), "[1, 2, 3]", Uint8Array.of(1, 2, 3)],
    [arena.list("s16"), "[-1]", Int16Array.of(-1)],
    [arena.list("u64"), "[1]", BigUint64Array.of(1n)],
    [arena.list("f32"), "[1.5, nan]", Float32Array.of(1.5, Number.NaN)],
    [arena.list(optionU8), "[1, none, some(2)]", [1, undefined, 2]],
    [arena.type({ tag: "fixed-length-list", type: "u32", length: 2 }), "[7, 8]", Uint32Array.of(7, 8)],
    [arena.type({ tag: "fixed-length-list", type: "bool", length: 1 }), "[true]", [true]],
    [
      arena.type({ tag: "map", key: "string", value: "u8" }),
      '[("a", 1), ("b", 2,), ("a", 3)]',
      new Map([
        ["a", 3],
        ["b", 2],
      ]),
    ],
  ]);

  table("records", [
    [basic, "{required: 1}", { required: 1, optional: undefined }],
    [basic, "{ optional: some(2), required: 1, }", { required: 1, optional: 2 }],
    [basic, "{%required: 1, optional: 2}", { required: 1, optional: 2 }],
    [basic, "{required: 1, optional: none}", { required: 1, optional: undefined }],
    [optionals, "{:}", { a: undefined, b: undefined }],
    [optionals, "{ : }", { a: undefined, b: undefined }],
    [optionals, "{b:some(2),a:1}", { a: 1, b: 2 }],
    [
      keywordFields,
      "{true: true, false: false, some: some(1), none: none, ok: ok, err: err, inf: inf, nan: nan}",
      {
        true: true,
        false: false,
        some: 1,
        none: undefined,
        ok: { tag: "ok", val: undefined },
        err: { tag: "err", val: undefined },
        inf: Number.POSITIVE_INFINITY,
        nan: Number.NaN,
      },
    ],
  ]);

  table("variants, enums and flags", [
    [response, "empty", { tag: "empty" }],
    [response, "body([79, 75])", { tag: "body", val: Uint8Array.of(79, 75) }],
    [response, '%err("oops")', { tag: "err", val: "oops" }],
    [response, '%err ( "oops" )', { tag: "err", val: "oops" }],
    [hand, "left", "left"],
    [hand, "%left", "left"],
    [hand, "get-JSON", "get-JSON"],
    ...["true", "false", "some", "none", "ok", "err", "inf", "nan"].map(
      (name) => [keywordCases, `%${name}`, name] as const,
    ),
    [permissions, "{}", { read: false, write: false, noDelay: false }],
    [permissions, "{write, %read,}", { read: true, write: true, noDelay: false }],
    [permissions, "{ no-delay }", { read: false, write: false, noDelay: true }],
  ]);

  table("options", [
    [optionU8, "123", 123],
    [optionU8, "some(123)", 123],
    [optionU8, "none", undefined],
    [alias, "some( 1 )", 1],
    [arena.option(alias), "some(some(1))", { tag: "some", val: 1 }],
    [arena.option(alias), "some(1)", { tag: "some", val: 1 }],
    [arena.option(alias), "some(none)", { tag: "some", val: undefined }],
    [arena.option(alias), "none", { tag: "none" }],
    [arena.record("r", { field: arena.option(optionU8) }), "{:}", { field: { tag: "none" } }],
    [arena.option(keywordCases), "%none", "none"],
    [arena.option(arena.result("u8")), "some(1)", { tag: "ok", val: 1 }],
  ]);

  table("results", [
    [arena.result("u8"), "123", { tag: "ok", val: 123 }],
    [arena.result("u8"), "ok(123)", { tag: "ok", val: 123 }],
    [arena.result(undefined, "string"), "ok", { tag: "ok", val: undefined }],
    [arena.result(undefined, "string"), 'err("oops")', { tag: "err", val: "oops" }],
    [arena.result(), "ok", { tag: "ok", val: undefined }],
    [arena.result(), "err", { tag: "err", val: undefined }],
    [arena.result(optionU8), "ok(none)", { tag: "ok", val: undefined }],
  ]);

  table("comments and blanks between tokens", [
    [
      basic,
      " // a\n{ // b\r\n\trequired: 1, // {\n optional: some( // c\n1 // d\n), // e\n} // f",
      { required: 1, optional: 1 },
    ],
  ]);
});

describe("parseWave and what WAVE has no form for", () => {
  it("gives a ready stream for a list", () => {
    assert.deepStrictEqual(read(arena.type({ tag: "stream", type: "string" }), '["a", "b"]'), ["a", "b"]);
    assert.deepStrictEqual(read(arena.type({ tag: "stream", type: "u32" }), "[1, 2]"), [1, 2]);
  });

  it("gives a stream of bytes as one chunk, and an empty one as none", () => {
    const bytes = arena.type({ tag: "stream", type: "u8" });
    assert.deepStrictEqual(read(bytes, "[1, 2]"), [Uint8Array.of(1, 2)]);
    assert.deepStrictEqual(read(bytes, "[]"), []);
  });

  it("gives a resolved promise for a future", async () => {
    const value = read(arena.type({ tag: "future", type: arena.result("u8") }), "err");
    assert.ok(value instanceof Promise);
    assert.deepStrictEqual(await value, { tag: "err", val: undefined });
  });

  it("leaves handles to a hook, which gets the content of a string", () => {
    const resource = arena.type({ tag: "resource" }, "bucket");
    const own = arena.type({ tag: "own", resource });
    const handle = (kind: string, id: number, text: string): unknown => ({ kind, id, text });
    assert.deepStrictEqual(parseWave(arena.resolve, own, '"0a0b"', { handle }), {
      kind: "own",
      id: resource,
      text: "0a0b",
    });
  });

  it("reads a part of a larger text where it lies", () => {
    const source = "f(1, 2)";
    assert.deepStrictEqual(parseWave(arena.resolve, arena.tuple("u8", "u8"), "(1, 2)", { source, offset: 1 }), [1, 2]);
  });
});
