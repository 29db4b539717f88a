import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWit, printWit, type WitLimits, WitSourceError } from "./index.ts";

const header = "package shop:hostile;\n";

/** Texts that must be refused with a message, however large they are. */
const refused: Readonly<Record<string, readonly [text: string, reason: RegExp]>> = {
  "types nested too deep": [
    `${header}interface i { type t = ${"list<".repeat(1e5)}`,
    /nested deeper than the limit of 100/,
  ],
  "tuples nested too deep": [
    `${header}interface i { type t = ${"tuple<u8, ".repeat(1e5)}`,
    /nested deeper than the limit of 100/,
  ],
  "results nested too deep": [
    `${header}interface i { f: func() -> ${"result<_, ".repeat(1e5)}`,
    /nested deeper than the limit/,
  ],
  "packages nested too deep": [
    `${header}${"package a:b { ".repeat(1e5)}`,
    /packages are nested deeper than the limit of 100/,
  ],
  "many opening braces": [header + "{".repeat(1e5), /at the top level, found "\{"/],
  "many closing braces": [header + "}".repeat(1e5), /at the top level, found "\}"/],
  "many opening brackets": [`${header}interface i { f: func(x: ${"<".repeat(1e5)}`, /expected a type here, found "<"/],
  "many attributes": [`${header}${"@since(version = 1.0.0) ".repeat(1e5)}`, /found the end of the file/],
  "a comment of comments without end": [header + "/*".repeat(1e5), /this comment has no end/],
  "a comment that looks closed": [`${header}/* /* */`, /this comment has no end/],
  "a string without end": [`${header}@external-id("${"x".repeat(1e5)}`, /this string has no end/],
  "a string of backslashes": [`${header}@external-id("${"\\".repeat(1e5)}`, /this string has no end/],
  "an interface without end": [`${header}interface i {`, /found the end of the file/],
  "a world without end": [`${header}world w {`, /found the end of the file/],
  "a record without end": [
    `${header}interface i { record r {`,
    /expected the name of a field, found the end of the file/,
  ],
  "a resource without end": [`${header}interface i { resource r {`, /in a resource, found the end of the file/],
  "parameters without end": [`${header}interface i { f: func(`, /found the end of the file/],
  "a package without end": [`${header}package a:b {`, /found the end of the file/],
  "a use without end": [`${header}interface i { use j.{`, /found the end of the file/],
  "an attribute without end": [`${header}@since(version = `, /expected a version/],
  "a long name": [`${header}interface ${"a".repeat(1e6)} {}`, /longer than the limit of 4096 characters/],
  "a long name of many words": [
    `${header}interface ${"a-".repeat(1e6)} {}`,
    /longer than the limit of 4096 characters/,
  ],
  "a long escaped name": [`${header}interface %${"a".repeat(1e6)} {}`, /longer than the limit of 4096 characters/],
  "a long foreign name": [`${header}interface ${"é".repeat(1e6)} {}`, /longer than the limit of 4096 characters/],
  "a long number": [`${header}interface i { type t = list<u8, ${"9".repeat(1e6)}>; }`, /longer than the limit of 4096/],
  "a long version": [`package a:b@1.0.0-${"a.".repeat(1e5)}a;`, /longer than the limit of 4096 characters/],
  "a long string": [
    `${header}@external-id("${"x".repeat(1e5)}") interface i {}`,
    /longer than the limit of 4096 characters/,
  ],
  "a huge length": [`${header}interface i { type t = list<u8, ${"9".repeat(400)}>; }`, /is more than 4294967295/],
  "many empty lines": ["\n".repeat(1e6), /there is no package header/],
  "nothing at all": ["", /there is no package header/],
  "a NUL": [`${header}\0`, /a control character \(U\+0000\)/],
  "a NUL in a comment": [`${header}// \0`, /a control character \(U\+0000\)/],
  "an escape character": [`${header}/* \x1b[31m */`, /a control character \(U\+001B\)/],
  "a delete character": [`${header}// \x7f`, /a control character \(U\+007F\)/],
  "a next-line character": [`${header}// \x85`, /a control character \(U\+0085\)/],
  "a bidirectional override": [`${header}// \u202e}`, /changes the direction of text \(U\+202E\)/],
  "a bidirectional isolate": [`${header}// \u2066`, /changes the direction of text \(U\+2066\)/],
  "a discouraged character": [`${header}// \u0149`, /Unicode discourages \(U\+0149\)/],
  "a lone high surrogate": [`${header}// \ud800`, /half of a surrogate pair \(U\+D800\)/],
  "a lone low surrogate": [`${header}interface i {} \udfff`, /half of a surrogate pair \(U\+DFFF\)/],
  "surrogates in the wrong order": [`${header}// \udc00\ud800`, /half of a surrogate pair \(U\+DC00\)/],
  "a carriage return alone": [`${header}\rinterface i {}`, /a carriage return without a line feed/],
  "a byte order mark in the middle": [`${header}\ufeffinterface i {}`, /has no meaning in WIT/],
  "a name of look-alikes": [`${header}interface lоg {}`, /a name cannot contain "о"/],
  "a no-break space": [`${header}interface\u00a0i {}`, /has no meaning in WIT/],
};

for (const [name, [text, reason]] of Object.entries(refused)) {
  test(`refuses ${name}`, () => {
    assert.match(failure(text).message, reason);
  });
}

test("every prefix of a text is accepted or refused with an error of its own", () => {
  const text = `/// Docs.\npackage a:b@1.0.0-rc.1+x;\nuse c as d;\ninterface c { resource r { constructor(x: list<u8, 4>) -> result<r>; }
    @since(version = 1.0.0-rc.1) f: async func(x: map<string, u8>) -> option<borrow-like>; type borrow-like = u8; /* x /* y */ */ }
    world w { import p: c; export q: interface { use d.{r as s}; } include v with { a as b } } world v { import a: func(); }
    package e:f { interface g { @external-id("\\u{41}") h: func(); } }`;
  parseWit(text);
  for (let end = 0; end < text.length; end++) {
    try {
      parseWit(text.slice(0, end));
    } catch (error) {
      assert.ok(error instanceof WitSourceError, `at ${end}: ${error}`);
    }
  }
});

test("a text with any one character replaced is accepted or refused with an error of its own", () => {
  const text = `package a:b@1.0.0; interface i { record r { x: list<u8> } f: func(x: r) -> result<_, r>; } world w { import i; }`;
  for (let at = 0; at < text.length; at++) {
    for (const replacement of ["{", "}", "<", ";", '"', "%", "@", "-", "/", "\\", "0", "é", "\0", "\ud800", ""]) {
      try {
        parseWit(text.slice(0, at) + replacement + text.slice(at + 1));
      } catch (error) {
        assert.ok(error instanceof WitSourceError, `${replacement} at ${at}: ${error}`);
      }
    }
  }
});

test("long chains need no stack", () => {
  const count = 10_000;
  const chain = (line: (n: number) => string): string => Array.from({ length: count }, (_, n) => line(n)).join("\n");
  const aliases = `${header}interface i { ${chain((n) => `type t${n} = t${n + 1};`)} resource t${count}; }`;
  assert.equal(parseWit(aliases).types.length, count + 1);
  const interfaces = `${header}${chain((n) => `interface i${n} { use i${n + 1}.{t}; }`)} interface i${count} { type t = u8; }`;
  assert.equal(parseWit(`${interfaces} world w { import i0; }`).worlds[0]?.imports.length, count + 1);
  assert.equal(parseWit(`${interfaces} world w { export i0; }`).worlds[0]?.imports.length, count);
  const packages = `${header}${chain((n) => `package a:p${n} { interface i { use a:p${n + 1}/i.{t}; } }`)} package a:p${count} { interface i { type t = u8; } }`;
  assert.equal(parseWit(packages).packages.length, count + 2);
  const worlds = `${header}${chain((n) => `world w${n} { include w${n + 1}; }`)} world w${count} { type t = u8; }`;
  const resolve = parseWit(worlds);
  assert.equal(resolve.types.length, count + 1);
  assert.equal(parseWit(printWit(resolve)).types.length, count + 1);
});

test("long circles are found without stack", () => {
  const count = 10_000;
  const chain = (line: (n: number) => string): string => Array.from({ length: count }, (_, n) => line(n)).join("\n");
  const next = (n: number): number => (n + 1) % count;
  assert.match(
    failure(`${header}interface i { ${chain((n) => `type t${n} = t${next(n)};`)} }`).message,
    /contains itself/,
  );
  assert.match(failure(header + chain((n) => `interface i${n} { use i${next(n)}.{t}; }`)).message, /depends on itself/);
  const packages = chain((n) => `package a:p${n} { interface i { use a:p${next(n)}/i.{t}; } }`);
  assert.match(failure(header + packages).message, /depends on itself/);
});

test("a small text cannot make a large model", () => {
  const many = (count: number, line: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => line(n)).join("\n");
  const included = `${header}world base { ${many(400, (n) => `import f${n}-: func();`.replace("-", "x"))} } ${many(400, (n) => `world w${n} { include base; }`)}`;
  assert.match(
    failure(included, { items: 50_000 }).message,
    /the model has more than 50000 types, functions and world entries/,
  );
  const implied = `${header}interface i0 { type t = u8; } ${many(400, (n) => `interface i${n + 1} { use i${n}.{t}; }`)} ${many(400, (n) => `world w${n} { import i400; }`)}`;
  assert.match(failure(implied, { items: 50_000 }).message, /more than 50000/);
  const cloned = `${header}world base { import i: interface { ${many(400, (n) => `record r${n} { x: list<u8> }`)} } } ${many(400, (n) => `world w${n} { include base; }`)}`;
  assert.match(failure(cloned, { items: 50_000 }).message, /more than 50000/);
});

test("limits can be set", () => {
  const text = `${header}interface my-interface { type t = list<list<list<u8>>>; }`;
  assert.match(
    failure(text, { sourceLength: 50 }).message,
    /more than the limit of 50; split it or raise limits.sourceLength/,
  );
  assert.match(failure(text, { totalLength: 50 }).message, /more than 50 characters long together/);
  assert.match(failure(text, { depth: 3 }).message, /deeper than the limit of 3/);
  assert.match(failure(text, { tokenLength: 11 }).message, /longer than the limit of 11 characters/);
  assert.match(failure(text, { items: 3 }).message, /more than 3 types/);
  parseWit(text, { limits: { sourceLength: text.length, depth: 4, tokenLength: 12, items: 4 } });
});

test("the depth can be raised only as far as the stack allows", () => {
  const nested = (depth: number): string =>
    `${header}interface i { type t = ${"list<".repeat(depth)}u8${">".repeat(depth)}; }`;
  const limits = { depth: 1_000_000 };
  assert.equal(parseWit(nested(900), { limits }).types.length, 900);
  assert.match(failure(nested(100_000), limits).message, /deeper than the limit of 1000/);
});

function failure(text: string, limits: Partial<WitLimits> = {}): WitSourceError {
  try {
    parseWit(text, { limits });
  } catch (error) {
    assert.ok(error instanceof WitSourceError, String(error));
    assert.ok(error.frame.length < 400 && error.message.length < 400);
    return error;
  }
  assert.fail("the input was accepted");
}
