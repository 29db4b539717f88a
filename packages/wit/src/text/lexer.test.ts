import assert from "node:assert/strict";
import { test } from "node:test";
import { Lexer } from "./lexer.ts";
import { defaultWitLimits } from "./limits.ts";
import { Source } from "./source.ts";
import { keywords, signs } from "./tokens.ts";
import { Work } from "./work.ts";

function lexer(text: string): Lexer {
  return new Lexer(new Source("test.wit", text), defaultWitLimits, new Work());
}

/** Kind and text of every token. */
function tokens(text: string): string[] {
  const found: string[] = [];
  for (const at = lexer(text); at.kind !== "end of file"; at.advance()) found.push(`${at.kind} ${at.text}`);
  return found;
}

test("every keyword and every sign is a token of its own", () => {
  for (const word of [...keywords, ...signs]) assert.deepEqual(tokens(word), [`${word} ${word}`]);
  assert.deepEqual(tokens(keywords.join(" ")).length, keywords.length);
});

test("a keyword within a longer name is no keyword", () => {
  assert.deepEqual(tokens("list-of use2 typed"), ["name list-of", "name use2", "name typed"]);
});

test("an escaped name keeps its sign in the text", () => {
  assert.deepEqual(tokens("%type %a-b"), ["escaped name %type", "escaped name %a-b"]);
});

test("signs need no blanks around them", () => {
  assert.deepEqual(tokens("a:b()->c<d,e>"), [
    "name a",
    ": :",
    "name b",
    "( (",
    ") )",
    "-> ->",
    "name c",
    "< <",
    "name d",
    ", ,",
    "name e",
    "> >",
  ]);
});

test("numbers end where digits end", () => {
  assert.deepEqual(tokens("12ab 3.4"), ["number 12", "name ab", "number 3", ". .", "number 4"]);
});

test("a hyphen begins a name only after a letter", () => {
  assert.deepEqual(tokens("a-1 - a"), ["name a-1", "- -", "name a"]);
});

test("comments are kept for the token after them", () => {
  const at = lexer("/// one\n/* two /* three */ */ a // four\n b");
  assert.deepEqual([at.text, at.comments], ["a", ["/// one\n", "/* two /* three */ */"]]);
  at.advance();
  assert.deepEqual([at.text, at.comments], ["b", ["// four\n"]]);
  at.advance();
  assert.deepEqual([at.kind, at.comments], ["end of file", []]);
});

test("stars and slashes in comments do not close them early", () => {
  assert.deepEqual(tokens("/***/ a /*/ */ */ b /**// c"), ["name a", "* *", "/ /", "name b", "/ /", "name c"]);
});

test("blanks are spaces, tabs and line ends of either kind", () => {
  assert.deepEqual(tokens(" \t\n\r\na\r\n"), ["name a"]);
});

test("a byte order mark at the beginning is skipped", () => {
  assert.deepEqual(tokens("\ufeffa"), ["name a"]);
});

test("strings are tokens with their quotes", () => {
  assert.deepEqual(tokens('"" "a\\"b" "\\\\"'), ['text ""', 'text "a\\"b"', 'text "\\\\"']);
});

test("a version ends where its characters end", () => {
  const read = (text: string): string[] => {
    const at = lexer(text);
    const { text: version } = at.version();
    return [version, at.kind];
  };
  assert.deepEqual(read("1.2.3;"), ["1.2.3", ";"]);
  assert.deepEqual(read("1.2.3.{"), ["1.2.3", "."]);
  assert.deepEqual(read("0.2.0-rc.1.{"), ["0.2.0-rc.1", "."]);
  assert.deepEqual(read("0.2.0-rc-2024+build.5;"), ["0.2.0-rc-2024+build.5", ";"]);
  assert.deepEqual(read("1.2.3 -a"), ["1.2.3", "-"]);
});

test("places are offsets into the text", () => {
  const at = lexer("ab  cd");
  assert.deepEqual([at.start, at.end], [0, 2]);
  at.advance();
  assert.deepEqual([at.start, at.end], [4, 6]);
  at.advance();
  assert.deepEqual([at.start, at.end], [6, 6]);
});

test("work is counted for every character, comments included", () => {
  const work = new Work();
  const text = `/* ${"x".repeat(1000)} */ a`;
  new Lexer(new Source("test.wit", text), defaultWitLimits, work);
  assert.ok(work.visited >= 2 * text.length && work.visited < 3 * text.length);
});
