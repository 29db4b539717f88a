import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findInterface, listInterfaces } from "../model/index.ts";
import {
  component,
  externName,
  identityComponent,
  list,
  name,
  section,
  sectionOf,
  sections,
  u32ToU32,
} from "../testing/component-bytes.ts";
import { printWit } from "../text/index.ts";
import { ComponentDecodeError, componentModel, decodeComponent, decodeWit } from "./index.ts";

type Bytes = readonly number[];

const subResource: Bytes = [0x03, 0x01];

/** `interface a { resource r { constructor(); } }` */
const interfaceA: Bytes = [
  0x42,
  ...list(
    [0x04, ...externName("r"), ...subResource],
    [0x01, 0x69, 0x00],
    [0x01, 0x40, ...list(), 0x00, 0x01],
    [0x04, ...externName("[constructor]r"), 0x01, 0x02],
  ),
];

/** `interface b { use a.{r as s}; f: func(s: s); }`, where `r` is type 1 of the scope around. */
const interfaceB: Bytes = [
  0x42,
  ...list(
    [0x02, 0x03, 0x02, 0x01, 0x01],
    [0x04, ...externName("s"), 0x03, 0x00, 0x00],
    [0x01, 0x69, 0x01],
    [0x01, 0x40, ...list([...name("s"), 0x02]), 0x01, 0x00],
    [0x04, ...externName("f"), 0x01, 0x03],
  ),
];

describe("the model of a component", () => {
  test("is a world with its functions", () => {
    const found = decodeWit(identityComponent());
    assert.equal(found.tag, "component");
    assert.equal(
      printWit(found.resolve),
      "package root:component;\n\nworld root {\n  export identity: func(x: u32) -> u32;\n}\n",
    );
  });

  test("has the interfaces, with `use` where one has types of another", () => {
    const bytes = component(
      sectionOf(sections.type, interfaceA),
      sectionOf(sections.import, [...externName("n:p/a@1.2.3"), 0x05, 0x00]),
      sectionOf(sections.alias, [0x03, 0x00, 0x00, ...name("r")]),
      sectionOf(sections.type, interfaceB),
      sectionOf(sections.import, [...externName("n:q/b"), 0x05, 0x02]),
    );
    assert.equal(
      printWit(decodeWit(bytes).resolve),
      `package root:component;

world root {
  import n:p/a@1.2.3;
  import n:q/b;
}

package n:p@1.2.3 {
  interface a {
    resource r {
      constructor();
    }
  }
}

package n:q {
  interface b {
    use n:p/a@1.2.3.{r as s};

    f: func(s: s);
  }
}
`,
    );
  });

  test("has interfaces under plain names, and interfaces written in place", () => {
    const type = [0x42, ...list([0x01, 0x40, 0x00, 0x01, 0x00], [0x04, ...externName("f"), 0x01, 0x00])];
    const plain: Bytes = [0x02, ...name("first"), ...list([0x00, ...name("n:p/i")]), 0x05, 0x00];
    const { resolve } = decodeWit(
      component(sectionOf(7, type), sectionOf(sections.import, plain, [...externName("second"), 0x05, 0x00])),
    );
    assert.deepEqual(
      listInterfaces(resolve).map((item) => item.name),
      ["n:p/i", "root:component/second"],
    );
    assert.deepEqual(
      resolve.worlds[0]?.imports.map((entry) => entry.name),
      ["first", "second"],
    );
  });

  test("puts a version together from its canonical part and the suffix", () => {
    const named: Bytes = [0x02, ...name("n:p/i@0.2"), ...list([0x01, ...name(".7-rc.1")]), 0x05, 0x00];
    const { resolve } = decodeWit(component(sectionOf(7, [0x42, 0x00]), sectionOf(sections.import, named)));
    assert.equal(findInterface(resolve, "n:p/i@0.2.7-rc.1").name, "n:p/i@0.2.7-rc.1");
  });

  test("has exported types for an engine, which WIT cannot write", () => {
    const bytes = component(
      sectionOf(sections.type, [0x3f, 0x7f, 0x00]),
      sectionOf(sections.export, [...externName("r"), 0x03, 0x00, 0x00]),
    );
    const { resolve, world } = componentModel(decodeComponent(bytes));
    assert.deepEqual(resolve.worlds[world]?.exports, [{ name: "r", item: { tag: "type", id: 0 } }]);
    assert.deepEqual(resolve.types[0]?.kind, { tag: "resource" });
    assert.throws(() => decodeWit(bytes), /WIT has no way to say .* worlds cannot export types, and "r" is one/);
  });

  test("cannot be made of instances within instances", () => {
    const bytes = component(
      sectionOf(sections.type, [0x42, ...list([0x01, 0x42, 0x00], [0x04, ...externName("inner"), 0x05, 0x00])]),
      sectionOf(sections.import, [...externName("outer"), 0x05, 0x00]),
    );
    assert.throws(
      () => componentModel(decodeComponent(bytes)),
      (error: unknown) =>
        error instanceof ComponentDecodeError && error.kind === "unsupported" && /"inner"/.test(error.message),
    );
  });
});

describe("the model of an encoded package", () => {
  /** `package n:p; interface i { record r { x: u8 }  f: func(x: u32) -> u32; }  world w { import i;  export f: … }` */
  function encodedPackage(docs?: string | Uint8Array): Uint8Array {
    const record: Bytes = [0x72, ...list([...name("x"), 0x7d])];
    const items: Bytes[] = [
      [0x01, ...record],
      [0x04, ...externName("r"), 0x03, 0x00, 0x00],
      [0x01, ...u32ToU32],
      [0x04, ...externName("f"), 0x01, 0x02],
    ];
    const instance: Bytes = [0x42, ...list(...items)];
    const i: Bytes = [0x41, ...list([0x01, ...instance], [0x04, ...externName("n:p/i"), 0x05, 0x00])];
    const world: Bytes = [
      0x41,
      ...list(
        [0x01, ...instance],
        [0x03, ...externName("n:p/i"), 0x05, 0x00],
        [0x01, ...u32ToU32],
        [0x04, ...externName("f"), 0x01, 0x01],
      ),
    ];
    const w: Bytes = [0x41, ...list([0x01, ...world], [0x04, ...externName("n:p/w"), 0x04, 0x00])];
    const said = typeof docs === "string" ? [0x01, ...new TextEncoder().encode(docs)] : [...(docs ?? [])];
    return component(
      sectionOf(7, i, w),
      sectionOf(11, [...externName("i"), 0x03, 0x00, 0x00], [...externName("w"), 0x03, 0x01, 0x00]),
      docs === undefined ? [] : section(0, name("package-docs"), said),
    );
  }

  test("is the package", () => {
    const found = decodeWit(encodedPackage());
    assert.equal(found.tag, "package");
    assert.equal(
      printWit(found.resolve, found.tag === "package" ? found.main : 0),
      `package n:p;

interface i {
  record r {
    x: u8,
  }

  f: func(x: u32) -> u32;
}

world w {
  import i;

  export f: func(x: u32) -> u32;
}
`,
    );
  });

  test("has its docs and gates", () => {
    const docs = {
      docs: "the package",
      interfaces: {
        i: {
          docs: "an interface",
          stability: { stable: { since: "1.0.0" } },
          funcs: { f: { docs: "a function", stability: { unstable: { feature: "fast" } } } },
          types: { r: { docs: "a record", items: { x: "a field" } } },
          unknown: {},
        },
        absent: { docs: "of nothing" },
      },
      worlds: { w: { docs: "a world", func_exports: { f: "an export" }, interface_import_docs: { "n:p/i": "why" } } },
    };
    const { resolve } = decodeWit(encodedPackage(JSON.stringify(docs)));
    const [item, world] = [resolve.interfaces[0], resolve.worlds[0]];
    assert.equal(resolve.packages[0]?.docs, "the package");
    assert.equal(item?.docs, "an interface");
    assert.deepEqual(item?.stability, { tag: "stable", since: "1.0.0" });
    assert.equal(item?.functions.f?.docs, "a function");
    assert.deepEqual(item?.functions.f?.stability, { tag: "unstable", feature: "fast" });
    const record = resolve.types[item?.types.r ?? -1];
    assert.equal(record?.docs, "a record");
    assert.deepEqual(record?.kind, { tag: "record", fields: [{ name: "x", type: "u8", docs: "a field" }] });
    assert.equal(world?.docs, "a world");
    assert.deepEqual(
      [...(world?.imports ?? []), ...(world?.exports ?? [])].map((entry) =>
        entry.item.tag === "function" ? entry.item.func.docs : entry.item.tag === "interface" && entry.item.docs,
      ),
      ["why", "an export"],
    );
  });

  test("is refused when its docs are no JSON, or of another version", () => {
    for (const docs of ["{", Uint8Array.of(0x02), Uint8Array.of(), Uint8Array.of(0x01, 0xff)]) {
      assert.throws(() => decodeWit(encodedPackage(docs)), /section package-docs/);
    }
    for (const docs of ["[]", "null", "7", '{"worlds":{"w":7},"interfaces":[{}]}', '{"worlds":{"w":{"funcs":null}}}']) {
      assert.deepEqual(decodeWit(encodedPackage(docs)).resolve, decodeWit(encodedPackage()).resolve);
    }
  });
});
