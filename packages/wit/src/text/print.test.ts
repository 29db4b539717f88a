import assert from "node:assert/strict";
import { test } from "node:test";
import { docsOf } from "./docs.ts";
import { parseWit, printWit } from "./index.ts";
import { printDocs } from "./print-docs.ts";

test("the canonical form", () => {
  const text = `/// A package.
package shop:catalog@1.0.0;

interface types {
  /// An item.
  record item {
    /// Its number.
    id: u64,
    tags: list<string>,
  }

  variant event {
    added(item),
    cleared,
  }

  flags access {
    read,
    write,
  }

  enum color {
    red,
  }

  resource bucket {
    constructor(name: string) -> result<bucket, string>;
    get: func(key: string) -> option<item>;
    /// Waits.
    @since(version = 1.0.0)
    wait: async func();
    all: static func() -> list<bucket>;
  }
}

interface api {
  use types.{item, bucket as b};

  type pair = tuple<item, b>;
  type both = own<b>;

  @unstable(feature = fresh)
  @deprecated(version = 0.9.0)
  find: func(%from: borrow<b>, x: list<u8, 4>) -> result<_, map<string, stream<u8>>>;

  done: func() -> future;
}

world app {
  import types;
  import api;
  import primary: shop:kv/store@0.2.0;

  import console: interface {
    print: func(line: string);
  }

  use types.{item};

  type items = list<item>;

  import now: func() -> u64;

  @external-id("start")
  export run: func(x: items);

  export types;
}

package shop:kv@0.2.0 {
  interface store {
    get: func(key: string);
  }
}
`;
  const shown = printWit(parseWit(text, { features: "all" }));
  assert.equal(shown, text);
});

test("one package alone refers to the others by name", () => {
  const resolve = parseWit(
    "package a:main; interface i { use b:types/t.{x}; } package b:types { interface t { type x = u8; } }",
  );
  const id = resolve.packages.findIndex(({ name }) => name.namespace === "a");
  assert.equal(printWit(resolve, id), "package a:main;\n\ninterface i {\n  use b:types/t.{x};\n}\n");
});

test("a model without packages prints as nothing", () => {
  assert.equal(printWit({ packages: [], interfaces: [], worlds: [], types: [] }), "");
});

test("an unknown package is refused", () => {
  assert.throws(() => printWit(parseWit("package a:b;"), 7), /the model has no package 7/);
});

test("keywords are escaped wherever they are names", () => {
  const text =
    "package %use:%type; interface %list { record %record { %u8: u8 } %func: func(%as: %record) -> %record; } world %world { export %list; }";
  const shown = printWit(parseWit(text));
  assert.equal(printWit(parseWit(shown)), shown);
  assert.match(shown, /^package %use:%type;\n\ninterface %list \{\n {2}record %record \{\n {4}%u8: u8,/);
});

test("documentation of any shape reads back as it was", () => {
  const docs = [
    "",
    "One line.",
    "Two\nlines.",
    "A\n\nparagraph.",
    "\nAn empty line first.",
    "  Indented\nfirst.",
    "First\n  indented.",
    "\n * stars\n * in a column",
    "\tA tab.",
    "\tA tab.\n  Spaces.",
    "\t\tTwo tabs.\n    Four spaces.\n\tOne.",
    "/// slashes",
    "/ slash",
    "* star",
    "ends with */",
    "begins /* and does not end",
    "trailing blanks  \nhere",
    "* a block /* within */ and blanks  \n of its own *",
    "ends with a slash/",
    "Unicode: größe, 世界, 😀",
  ];
  for (const text of docs) {
    const printed = printDocs(text, "  ");
    const comments = printed.startsWith("  //") ? printed.match(/\/\/[^\n]*\n/g) : [printed.trim()];
    assert.equal(docsOf(comments ?? []), text, JSON.stringify(printed));
    const parsed = parseWit(`package a:b;\n${printed}interface i {}`);
    assert.equal(parsed.interfaces[0]?.docs, text);
  }
});

test("strings are escaped so that they read back", () => {
  const id = 'quote " backslash \\ newline \n tab \t nul \0 direction \u202e emoji 😀 discouraged \u0149';
  const resolve = parseWit('package a:b; interface i { @external-id("x") f: func(); }');
  const [item] = resolve.interfaces;
  const f = item?.functions.f;
  assert.ok(item !== undefined && f !== undefined);
  const changed = { ...resolve, interfaces: [{ ...item, functions: { f: { ...f, externalId: id } } }] };
  assert.equal(parseWit(printWit(changed)).interfaces[0]?.functions.f?.externalId, id);
});
