import assert from "node:assert/strict";
import { test } from "node:test";
import { findInterface, findWorld, type Resolve } from "../model/index.ts";
import { parseWit, resolveWit, type WitFile, WitSourceError } from "./index.ts";

const file = (name: string, text: string): WitFile => ({ file: name, text });

function failure(run: () => unknown): WitSourceError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof WitSourceError, String(error));
    return error;
  }
  assert.fail("the input was accepted");
}

test("the model can be searched by name", () => {
  const resolve = parseWit(
    "package a:b@1.0.0; interface i { f: func(x: u8) -> string; } world w { export g: func(); export i; }",
  );
  const found = findInterface(resolve, "a:b/i@1.0.0");
  assert.deepEqual(
    found.functions.map(({ name }) => name),
    ["f"],
  );
  assert.deepEqual(
    findWorld(resolve, "w").functions.map(({ name }) => name),
    ["g"],
  );
});

test("spans say where things were written", () => {
  const { interfaces, types } = parseWit(
    "package a:b;\r\n\r\ninterface i {\r\n  type t = u8;\r\n  f: func(x: t);\r\n}",
    { file: "x.wit" },
  );
  assert.deepEqual(interfaces[0]?.span, { file: "x.wit", line: 3, column: 11 });
  assert.deepEqual(types[0]?.span, { file: "x.wit", line: 4, column: 8 });
  assert.deepEqual(interfaces[0]?.functions.f?.span, { file: "x.wit", line: 5, column: 3 });
  assert.deepEqual(interfaces[0]?.functions.f?.params[0]?.span, { file: "x.wit", line: 5, column: 11 });
});

test("columns count UTF-16 code units", () => {
  const error = failure(() => parseWit("package a:b; /* 😀 */ interfac i {}"));
  assert.deepEqual([error.line, error.column], [1, 23]);
});

test("an error has its place, its line with carets, and what was expected", () => {
  const error = failure(() => parseWit("package a:b;\n\tinterface i {\n\t\tf: fun(x: u8);\n}", { file: "dir/x.wit" }));
  assert.equal(error.name, "WitSourceError");
  assert.equal(error.message, `dir/x.wit:3:6: ${error.reason}`);
  assert.equal(error.reason, 'expected "func" or "async func" for the function\'s type, found "fun"');
  assert.deepEqual([error.file, error.line, error.column], ["dir/x.wit", 3, 6]);
  assert.equal(error.expected, '"func" or "async func"');
  assert.equal(error.frame, "3 | \t\tf: fun(x: u8);\n  | \t\t   ^^^");
});

test("the frame of a long line shows the part around the place", () => {
  const error = failure(() => parseWit(`package a:b; /* ${"x".repeat(500)} */ wrong /* ${"y".repeat(500)} */`));
  const [shown, carets] = error.frame.split("\n");
  assert.ok((shown?.length ?? 0) < 110);
  const at = carets?.indexOf("^") ?? 0;
  assert.equal(shown?.slice(at, at + 5), "wrong");
});

test("files and dependencies may come in any order", () => {
  const files = [
    file("main.wit", "package a:main; interface x { use a:one/i.{t}; use local.{u}; }"),
    file("more.wit", "interface local { use a:two/i.{t as u}; }"),
  ];
  const dependencies = [
    [file("deps/one.wit", "package a:one; interface i { use a:two/i.{t}; }")],
    [file("deps/two/i.wit", "package a:two; interface i { resource t; }"), file("deps/two/j.wit", "interface j {}")],
  ];
  const first = resolveWit({ files, dependencies });
  const second = resolveWit({
    files: files.toReversed(),
    dependencies: dependencies.map((group) => group.toReversed()).toReversed(),
  });
  assert.deepEqual(second, first);
  assert.deepEqual(
    first.resolve.packages.map(({ name }) => name.name),
    ["two", "one", "main"],
  );
  assert.equal(first.resolve.packages[first.main]?.name.name, "main");
});

test("the main package is found by its own name, not by its place", () => {
  const { resolve, main } = resolveWit({
    files: [file("a.wit", "package z:main; package a:nested { interface i {} }")],
    dependencies: [[file("b.wit", "package zz:other;")]],
  });
  assert.equal(resolve.packages[main]?.name.namespace, "z");
});

test("two files of one name are refused", () => {
  const error = failure(() =>
    resolveWit({ files: [file("a.wit", "package a:b;")], dependencies: [[file("a.wit", "package a:c;")]] }),
  );
  assert.equal(error.reason, 'two files are called "a.wit"; give each file a name of its own');
});

test("no files at all are refused", () => {
  assert.match(failure(() => resolveWit({ files: [] })).message, /there is no package header/);
});

test("features decide what unstable items are left in", () => {
  const text =
    "package a:b; interface i { @unstable(feature = one) f: func(); @unstable(feature = two) g: func(); h: func(); }";
  const functions = (resolve: Resolve): string[] => Object.keys(resolve.interfaces[0]?.functions ?? {});
  assert.deepEqual(functions(parseWit(text)), ["h"]);
  assert.deepEqual(functions(parseWit(text, { features: ["two", "unknown"] })), ["g", "h"]);
  assert.deepEqual(functions(parseWit(text, { features: "all" })), ["f", "g", "h"]);
});

test("a name that exists in every object is a name like any other", () => {
  const text =
    "package a:b; interface %constructor { has-own-property: func(); %constructor: func(); record to-string { value-of: u8 } }";
  const resolve = parseWit(text);
  assert.deepEqual(Object.keys(resolve.packages[0]?.interfaces ?? {}), ["constructor"]);
  assert.deepEqual(Object.keys(resolve.interfaces[0]?.functions ?? {}), ["has-own-property", "constructor"]);
});

test("own handles are made once for each resource and package", () => {
  const { types } = parseWit(
    "package a:b; interface i { resource r; f: func(x: r, y: own<r>) -> list<r>; g: func() -> r; }",
  );
  assert.equal(types.filter(({ kind }) => kind.tag === "own").length, 1);
});

test("equal anonymous types are one type", () => {
  const { types } = parseWit(
    "package a:b; interface i { f: func(x: list<u8>, y: option<list<u8>>) -> list<u8>; } interface j { g: func() -> list<u8>; }",
  );
  assert.deepEqual(
    types.map(({ kind }) => kind.tag),
    ["list", "option"],
  );
});

test("a plain-named import is keyed by its name, another by its interface", () => {
  const { worlds } = parseWit("package a:b; interface i {} world w { import i; import one: i; import two: i; }");
  assert.deepEqual(
    worlds[0]?.imports.map(({ name, item }) => [name, item.tag === "interface" ? item.id : undefined]),
    [
      [undefined, 0],
      ["one", 0],
      ["two", 0],
    ],
  );
});

test("included inline interfaces are copies that name their original", () => {
  const { interfaces, worlds } = parseWit(
    "package a:b; world v { import i: interface { type t = u8; } } world w { include v; }",
  );
  assert.equal(interfaces[1]?.cloneOf, 0);
  assert.deepEqual(
    worlds[1]?.imports.map(({ name }) => name),
    ["i"],
  );
});

test("decoded packages come first, and what they know of others counts where nobody else knows those", () => {
  const decoded = resolveWit({
    files: [file("z.wit", "package z:z; interface i { use y:y/t.{n}; use x:x/t.{m}; f: func(n: n, m: m); }")],
    dependencies: [
      [file("y.wit", "package y:y; interface t { type n = u8; }")],
      [file("x.wit", "package x:x; interface t { type m = u8; }")],
    ],
  });
  const { resolve, main } = resolveWit({
    files: [file("main.wit", "package a:a; world w { import z:z/i; import x:x/t; import b:b/j; }")],
    dependencies: [
      [file("x.wit", "package x:x; interface t { type m = u8; f: func(); }")],
      [file("b.wit", "package b:b; interface j {}")],
    ],
    decoded: [decoded],
  });
  assert.deepEqual(
    resolve.packages.map(({ name }) => name.name),
    ["y", "x", "z", "b", "a"],
  );
  assert.equal(main, 4);
  assert.equal(findInterface(resolve, "x:x/t").functions.length, 1);
});
