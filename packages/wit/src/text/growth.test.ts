import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveCounting } from "./resolve.ts";
import { Work } from "./work.ts";

const header = "package shop:growth@1.0.0;\n";

/** Texts of one shape; `count` makes them longer in proportion. */
const shapes: Readonly<Record<string, (count: number) => string>> = {
  "many types": (count) =>
    `${header}interface i {\n${lines(count, (n) => `record r${n} { x: u32, y: list<string> }`)}}`,
  "types that each use the one after": (count) =>
    `${header}interface i {\n${lines(count, (n) => `type t${n} = option<t${n + 1}>;`)}type t${count} = u8;}`,
  "aliases of a resource": (count) =>
    `${header}interface i {\nresource t0;\n${lines(count, (n) => `type t${n + 1} = t${n}; fn${n}: func(x: borrow<t${n}>) -> t${n};`)}}`,
  "one record with many fields": (count) =>
    `${header}interface i { record r {\n${lines(count, (n) => `field-${n}: u8,`)}} }`,
  "one function with many parameters": (count) =>
    `${header}interface i { f: func(${lines(count, (n) => `p${n}: u8,`)}); }`,
  "one resource with many methods": (count) =>
    `${header}interface i { resource r {\n${lines(count, (n) => `m${n}: func(x: borrow<r>) -> r;`)}} }`,
  "one long comment": (count) => `${header}/* ${"word /* nested */ ".repeat(count)}*/ interface i {}`,
  "many lines of documentation": (count) => `${header}${lines(count, (n) => `/// Line ${n} of it.`)}interface i {}`,
  "one long tuple": (count) => `${header}interface i { type t = tuple<${"list<u8>, ".repeat(count)}>; }`,
  "deep types": (count) =>
    `${header}interface i {\n${lines(count, (n) => `type t${n} = ${"list<".repeat(90)}u8${">".repeat(90)};`)}}`,
  "many interfaces, each using the one before": (count) =>
    `${header}interface i0 { type t = u8; }\n${lines(count, (n) => `interface i${n + 1} { use i${n}.{t}; }`)}world w { import i${count}; }`,
  "many exports, each using the one after": (count) =>
    `${header}${lines(count, (n) => `interface i${n} { use i${n + 1}.{t}; }`)}interface i${count} { type t = u8; }\nworld w {\n${lines(count, (n) => `export i${n};`)}}`,
  "many uses of one interface": (count) =>
    `${header}interface types {\n${lines(count, (n) => `type t${n} = u8;`)}}\ninterface user {\n${lines(count, (n) => `use types.{t${n} as v${n}};`)}}`,
  "many worlds": (count) =>
    `${header}interface i { type t = u8; }\n${lines(count, (n) => `world w${n} { use i.{t}; export f: func(x: t); }`)}`,
  "many inline interfaces": (count) =>
    `${header}world w {\n${lines(count, (n) => `import i${n}: interface { f: func(); }`)}}`,
  "one include with many renames": (count) =>
    `${header}world a {\n${lines(count, (n) => `import fn${n}: func();`)}}\nworld b { include a with {\n${lines(count, (n) => `fn${n} as g${n},`)}} }`,
  "many packages, each using the one before": (count) =>
    `${header}package shop:p0 { interface i { type t = u8; } }\n${lines(count, (n) => `package shop:p${n + 1} { interface i { use shop:p${n}/i.{t}; } }`)}`,
  "many gates": (count) =>
    `${header}interface i {\n${lines(count, (n) => `@since(version = 0.${n}.0) @deprecated(version = 1.0.0) fn${n}: func();`)}}`,
  "long names": (count) =>
    `${header}interface i {\n${lines(count, (n) => `${"long-".repeat(100)}name-${n}: func();`)}}`,
};

for (const [shape, make] of Object.entries(shapes)) {
  test(`work grows no faster than the text: ${shape}`, () => {
    const unit = (make(200).length - make(100).length) / 100;
    const [small, middle, large] = [1e4, 1e5, 1e6].map((size) => measure(make(Math.ceil(size / unit))));
    assert.ok(small !== undefined && middle !== undefined && large !== undefined);
    assert.ok(small.work > small.length, "the work is not counted");
    for (const [less, more] of [
      [small, middle],
      [middle, large],
      [small, large],
    ] as const) {
      const exponent = Math.log(more.work / less.work) / Math.log(more.length / less.length);
      assert.ok(exponent <= 1.1, `exponent ${exponent.toFixed(3)} from ${less.length} to ${more.length} characters`);
    }
  });
}

function measure(text: string): { readonly length: number; readonly work: number } {
  const work = new Work();
  resolveCounting({ files: [{ file: "growth.wit", text }] }, {}, work);
  return { length: text.length, work: work.visited };
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");
}
