import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Type } from "../model/index.ts";
import { parseWave, WaveError } from "./index.ts";
import { Arena } from "./testing/arena.ts";

const arena = new Arena();
const optionU8 = arena.option("u8");
const basic = arena.record("basic", { required: "u8", optional: optionU8 });
const optionals = arena.record("optionals", { a: optionU8, b: optionU8 });
const permissions = arena.flags("permissions", "read", "write");
const hand = arena.enum("hand", "left", "right");
const keywordCases = arena.enum("keyword-cases", "true", "ok");
const shape = arena.variant("shape", { point: undefined, circle: "f32" });
const pair = arena.tuple("u8", "string");
const nested = arena.option(optionU8);
const resultBoth = arena.result("u8", "string");
const resultNone = arena.result();
const bytes = arena.list("u8");
const two = arena.type({ tag: "fixed-length-list", type: "u8", length: 2 });
const map = arena.type({ tag: "map", key: "string", value: "u8" });
const resource = arena.type({ tag: "resource" }, "bucket");
const own = arena.type({ tag: "own", resource });
const stream = arena.type({ tag: "stream" });
const future = arena.type({ tag: "future" });

function failure(type: Type, text: string, limits = {}): WaveError {
  try {
    parseWave(arena.resolve, type, text, { limits });
  } catch (error) {
    assert.ok(error instanceof WaveError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${text} was accepted` });
}

/** Type, text, kind, and "line:column: reason". */
const wrong: readonly (readonly [Type, string, WaveError["kind"], string])[] = [
  ["bool", "1", "type", "1:1: expected bool (true or false), found 1"],
  ["bool", "True", "syntax", "1:1: True is no WAVE keyword; write true"],
  ["bool", "%true", "type", "1:1: expected bool (true or false), found label %true"],
  ["bool", "", "syntax", "1:1: expected bool (true or false), found the end of the text"],
  ["u8", "256", "type", "1:1: 256 is out of range for u8 (0 to 255)"],
  ["u8", "-1", "type", "1:1: -1 is out of range for u8 (0 to 255)"],
  ["u8", "-0", "type", "1:1: -0 is out of range for u8 (0 to 255)"],
  ["u8", "1.0", "type", "1:1: expected u8, a whole number, found 1.0"],
  ["u8", "1e2", "type", "1:1: expected u8, a whole number, found 1e2"],
  ["u8", '"x"', "type", '1:1: expected u8, found string "x"'],
  ["u8", "0x10", "syntax", "1:1: 0x10 is no WAVE number; only decimal numbers are"],
  ["u8", "007", "syntax", "1:1: 007 is no WAVE number; leading zeros are not allowed"],
  ["u8", "+1", "syntax", "1:1: +1 is no WAVE number; a plus sign is not allowed"],
  ["u8", "1_000", "syntax", "1:1: 1_000 is no WAVE number; numbers are written as in JSON"],
  ["u8", "nan", "type", '1:1: expected u8, found "nan"'],
  [
    "s64",
    "9223372036854775808",
    "type",
    "1:1: 9223372036854775808 is out of range for s64 (-9223372036854775808 to 9223372036854775807)",
  ],
  ["u8", "1 2", "syntax", "1:3: expected the end of the text, found 2"],
  ["u8", "5)", "syntax", '1:2: expected the end of the text, found ")"'],
  ["u8", "1 // ,\n , 2", "syntax", '2:2: expected the end of the text, found ","'],
  ["f64", "NaN", "syntax", "1:1: NaN is no WAVE number; write nan"],
  ["f64", "-Infinity", "syntax", "1:1: -Infinity is no WAVE number; write -inf"],
  ["f32", "-nan", "syntax", "1:1: -nan is no WAVE number; write nan"],
  ["f32", ".5", "syntax", "1:1: .5 is no WAVE number; numbers are written as in JSON"],
  ["f32", "1.", "syntax", "1:1: 1. is no WAVE number; numbers are written as in JSON"],
  ["f32", "infinity", "type", "1:1: expected f32, found label infinity"],
  ["char", "''", "syntax", "1:1: a char is exactly one character, found 0"],
  ["char", "'ab'", "syntax", '1:1: a char is exactly one character, found 2; strings are written with "'],
  ["char", "'x", "syntax", '1:1: this char has no closing quote; strings are written with "'],
  ["char", "'\\z'", "syntax", "1:2: \\z is no escape; there are \\' \\\" \\\\ \\t \\n \\r and \\u{…}"],
  ["char", "'\\u{d800}'", "syntax", "1:2: \\u{d800} is a surrogate, which is no character"],
  ["char", "'\\u{110000}'", "syntax", "1:2: \\u{110000} is beyond the last character, \\u{10ffff}"],
  ["char", "'\\u{}'", "syntax", "1:2: a Unicode escape is \\u{…} with one to six hexadecimal digits"],
  ["char", '"x"', "type", "1:1: expected char, written '…', found string \"x\""],
  ["char", "'\n'", "syntax", '1:1: this char has no closing quote; strings are written with "'],
  ["string", '"abc', "syntax", "1:1: this string has no closing quote"],
  ["string", '"a\nb"', "syntax", '1:1: a string ends on its line; write \\n, or put a text of several lines in """'],
  ["string", "'a'", "type", "1:1: expected string, written \"…\", found char 'a'"],
  ["string", '"\\x41"', "syntax", "1:2: \\x is no escape; there are \\' \\\" \\\\ \\t \\n \\r and \\u{…}"],
  ["string", '"\ud800"', "syntax", "1:2: half of a surrogate pair is no character"],
  ["string", "hello", "type", '1:1: expected string, written "…", found label hello'],
  ["string", '""""""', "syntax", '1:1: the opening """ must end its line'],
  [
    "string",
    '"""\nextra"""',
    "syntax",
    '2:6: the closing """ must be alone on its line; write \\" to have three quotes in the text',
  ],
  [
    "string",
    '"""\n a\n  """',
    "syntax",
    '2:1: this line must be indented by at least the 2 spaces in front of the closing """',
  ],
  ["string", '"""\nno end"', "syntax", '1:1: this string has no closing """'],
  ["string", '"""\n\\j\n"""', "syntax", "2:1: \\j is no escape; there are \\' \\\" \\\\ \\t \\n \\r and \\u{…}"],
  [
    "string",
    '"""\n \\\n"""',
    "syntax",
    "2:2: a lone backslash is no escape; there are \\' \\\" \\\\ \\t \\n \\r and \\u{…}",
  ],
  [bytes, "[1,,2]", "syntax", '1:4: expected u8, found ","'],
  [bytes, "[,]", "syntax", '1:2: expected u8, found ","'],
  [bytes, "[1 2]", "syntax", '1:4: expected "," or "]", found 2'],
  [bytes, "[1", "syntax", '1:3: expected "," or "]", found the end of the text'],
  [bytes, "(1)", "type", '1:1: expected list<u8>, written […], found "("'],
  [bytes, "[300]", "type", "1:2: 300 is out of range for u8 (0 to 255)"],
  [two, "[1]", "type", "1:1: expected list<u8, 2> with 2 elements, found 1"],
  [two, "[1, 2, 3]", "type", "1:8: list<u8, 2> ends here"],
  [pair, "()", "type", "1:1: expected tuple<u8, string> with 2 elements, found 0"],
  [pair, "(1)", "type", "1:1: expected tuple<u8, string> with 2 elements, found 1"],
  [pair, '(1, "a", 2)', "type", "1:10: tuple<u8, string> ends here"],
  [pair, '[1, "a"]', "type", '1:1: expected tuple<u8, string>, written (…), found "["'],
  [basic, "{}", "syntax", "1:1: a record without fields is written {:}; {} are flags"],
  [basic, "{:}", "type", "1:1: record basic lacks the field required: u8"],
  [basic, "{optional: none}", "type", "1:1: record basic lacks the field required: u8"],
  [basic, "{requierd: 1}", "type", '1:2: record basic has no field "requierd"; did you mean "required"?'],
  [basic, "{size: 1}", "type", '1:2: record basic has no field "size"; it has required, optional'],
  [basic, "{required: 1, required: 2}", "type", '1:15: field "required" was already given'],
  [basic, "{required 1}", "syntax", '1:11: expected ":" after field "required", found 1'],
  [basic, "{required: 1 optional: 2}", "syntax", '1:14: expected "," or "}", found label optional'],
  [basic, "{required: {:}}", "type", '1:12: expected u8, found "{"'],
  [basic, '{"required": 1}', "syntax", '1:2: expected the name of a field of record basic, found string "required"'],
  [basic, "{: 1}", "syntax", '1:4: expected "}" after "{:", found 1'],
  [optionals, "{}", "syntax", "1:1: a record without fields is written {:}; {} are flags"],
  [permissions, "{read, read}", "type", '1:8: flag "read" was already given'],
  [permissions, "{execute}", "type", '1:2: flags permissions has no flag "execute"; it has read, write'],
  [permissions, "{raed}", "type", '1:2: flags permissions has no flag "raed"; did you mean "read"?'],
  [permissions, "{read: true}", "syntax", '1:6: expected "," or "}", found ":"'],
  [permissions, "[read]", "type", '1:1: expected flags permissions, written {…}, found "["'],
  [hand, "up", "type", '1:1: enum hand has no case "up"; it has left, right'],
  [hand, '"left"', "type", '1:1: expected enum hand, found string "left"'],
  [hand, "left(1)", "syntax", '1:5: expected the end of the text, found "("'],
  [
    hand,
    "Left",
    "syntax",
    "1:1: Left is no label; labels are words of lower-case or upper-case letters and digits, joined by hyphens",
  ],
  [
    hand,
    "leFt",
    "syntax",
    "1:1: leFt is no label; labels are words of lower-case or upper-case letters and digits, joined by hyphens",
  ],
  [hand, "true", "type", '1:1: expected enum hand, found "true"'],
  [keywordCases, "true", "syntax", '1:1: "true" is a keyword; the case of that name is written %true'],
  [shape, "circle", "type", '1:1: case "circle" of variant shape needs a f32: circle(…)'],
  [shape, "circle()", "syntax", '1:8: expected f32, found ")"'],
  [shape, "circle(1, 2)", "syntax", '1:9: expected ")" after the value of case "circle" of variant shape, found ","'],
  [shape, "point(1)", "type", '1:6: case "point" of variant shape takes no value'],
  [shape, "square", "type", '1:1: variant shape has no case "square"; it has point, circle'],
  [shape, "cirlce(1)", "type", '1:1: variant shape has no case "cirlce"; did you mean "circle"?'],
  [optionU8, "some", "type", '1:1: "some" needs a u8: some(…)'],
  [optionU8, "none(1)", "type", '1:5: "none" takes no value'],
  [optionU8, "some(some(1))", "type", '1:6: expected u8, found "some"'],
  [nested, "5", "type", "1:1: expected option<option<u8>>, written some(…) or none, found 5"],
  [arena.option(resultNone), "ok", "type", '1:1: expected option<result>, written some(…) or none, found "ok"'],
  [resultBoth, "ok", "type", '1:1: "ok" needs a u8: ok(…)'],
  [resultBoth, "err", "type", '1:1: "err" needs a string: err(…)'],
  [resultNone, "ok(1)", "type", '1:3: "ok" takes no value'],
  [resultNone, "5", "type", "1:1: expected result, written ok or err, found 5"],
  [map, '["a"]', "syntax", '1:2: expected "(" and a pair of string and u8, found string "a"'],
  [map, '[("a")]', "syntax", '1:6: expected "," between key and value, found ")"'],
  [map, '[("a", 1, 2)]', "syntax", '1:11: expected ")" after a pair of string and u8, found 2'],
  [map, "{a: 1}", "type", '1:1: expected map<string, u8>, written [(key, value), …], found "{"'],
  [own, '"x"', "type", "1:1: own<bucket> cannot be written in WAVE: a resource lives in the process that made it"],
  [stream, "[]", "type", "1:1: stream cannot be written in WAVE: its elements carry no value"],
  [future, "1", "type", "1:1: future cannot be written in WAVE: it carries no value"],
  ["error-context", '"x"', "type", "1:1: error-context cannot be written in WAVE: it is known only where it was made"],
  ["u8", "@", "syntax", '1:1: unexpected character "@"'],
  ["u8", "\u0001", "syntax", "1:1: unexpected character U+0001"],
  ["u8", "é", "syntax", "1:1: unexpected character U+00E9"],
  ["u8", "/ 1", "syntax", '1:1: unexpected character "/"'],
];

describe("parseWave says what is wrong and where", () => {
  for (const [type, text, kind, message] of wrong) {
    it(`${message} in ${JSON.stringify(text)}`, () => {
      const error = failure(type, text);
      assert.equal(`${error.line}:${error.column}: ${error.reason}`, message);
      assert.equal(error.message, `line ${error.line}, column ${error.column}: ${error.reason}`);
      assert.equal(error.kind, kind);
    });
  }

  it("draws the line with carets below the offending part", () => {
    assert.equal(failure(basic, "{\n  required: 300,\n}").frame, "2 |   required: 300,\n  |             ^^^");
    assert.equal(failure(basic, "{required: 1").frame, "1 | {required: 1\n  |             ^");
  });

  it("cuts long lines around the place and keeps controls off the terminal", () => {
    const { frame } = failure(bytes, `[${"1, ".repeat(1000)}\t999, ${"1, ".repeat(1000)}]`);
    assert.match(frame, /^1 \| ….{36} {2}999, .*…$/m);
    assert.equal(frame.split("\n")[1]?.indexOf("^"), frame.indexOf("999"));
    assert.ok(frame.length < 200);
  });

  it("points into the whole text when it reads a part of it", () => {
    const source = "f(\n300)";
    assert.throws(() => parseWave(arena.resolve, arena.tuple("u8"), "(\n300)", { source, offset: 1 }), {
      line: 2,
      column: 1,
      offset: 3,
      reason: "300 is out of range for u8 (0 to 255)",
    });
  });
});

describe("parseWave and its limits", () => {
  it("refuses texts that are too long", () => {
    assert.equal(
      failure("string", `"${"x".repeat(100)}"`, { maxLength: 50 }).message,
      "line 1, column 1: the text has 102 characters; the limit is 50 (maxLength)",
    );
  });

  it("refuses values that are nested too deeply", () => {
    let deep: Type = "u8";
    for (let level = 0; level < 64; level++) deep = arena.tuple(deep);
    const error = failure(deep, `${"(".repeat(64)}1${")".repeat(64)}`);
    assert.equal(error.reason, "values are nested deeper than 64 levels (maxDepth)");
    assert.equal(error.kind, "limit");
  });

  it("counts the elements of all lists together", () => {
    const lists = arena.list(arena.list("string"));
    const limits = { maxElements: 4 };
    assert.equal(Array.isArray(parseWave(arena.resolve, lists, '[["a"], ["b"]]', { limits })), true);
    assert.equal(failure(lists, '[["a"], ["b", "c"]]', limits).reason, "more than 4 list elements (maxElements)");
  });

  it("refuses numbers of absurd length, and takes the longest that make sense", () => {
    assert.equal(failure("f64", `1${"0".repeat(5000)}`).reason, "a number of 5001 characters; the limit is 4096");
    assert.equal(parseWave(arena.resolve, "f64", `0.${"0".repeat(323)}5`), 5e-324);
  });

  it("does work in proportion to the text on input made to be slow", () => {
    for (const text of [
      "[".repeat(100_000),
      `"${"\\u{".repeat(100_000)}`,
      "%".repeat(100_000),
      `${" //\n".repeat(100_000)}`,
    ]) {
      assert.equal(failure("string", text).kind, text.startsWith("[") ? "type" : "syntax");
    }
  });
});
