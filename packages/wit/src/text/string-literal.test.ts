import assert from "node:assert/strict";
import { test } from "node:test";
import { Source } from "./source.ts";
import { readString, stringEnd, writeString } from "./string-literal.ts";

const read = (text: string): string => readString(new Source("test.wit", text), 0).value;

test("escapes of letters, characters and bytes", () => {
  assert.equal(read('"\\"\\\'\\\\\\t\\n\\r"'), "\"'\\\t\n\r");
  assert.equal(read('"\\u{41}\\u{1f600}\\u{1_F6_00}\\u{0}"'), "A😀😀\0");
  assert.equal(read('"\\41\\e2\\82\\ac"'), "A€");
  assert.equal(read('"plain größe"'), "plain größe");
});

test("wrong escapes are refused", () => {
  for (const text of ['"\\x"', '"\\4"', '"\\u41"', '"\\u{}"', '"\\u{_1}"']) {
    assert.throws(() => read(text), { name: "WitSourceError" }, text);
  }
  for (const text of ['"\\u{d800}"', '"\\u{110000}"', '"\\u{1_}"', '"\\80"']) {
    assert.throws(() => read(text), { name: "WitSourceError" }, text);
  }
});

test("the end of a string is behind its quote", () => {
  assert.equal(stringEnd(new Source("test.wit", 'x"a\\"b"c'), 1), 7);
  assert.throws(() => stringEnd(new Source("test.wit", '"a\n"'), 0), /this string has no end/);
});

test("what is written reads back", () => {
  for (const value of ["", 'a"b\\c', "\0\x1f\x7f\x85", "\u202e\ufeff😀", "\t\r\n'"])
    assert.equal(read(writeString(value)), value);
});
