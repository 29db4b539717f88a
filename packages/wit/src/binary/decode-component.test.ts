import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  component,
  externName,
  identityComponent,
  identityModule,
  list,
  name,
  preamble,
  section,
  sectionOf,
  sections,
  u32,
  u32ToU32,
} from "../testing/component-bytes.ts";
import { ComponentDecodeError, type ComponentDecodeErrorKind, type Definition, decodeComponent } from "./index.ts";

type Bytes = readonly number[];

const subResource: Bytes = [0x03, 0x01];

describe("definitions", () => {
  test("of an empty component there are none", () => {
    const decoded = decodeComponent(component());
    assert.deepEqual(decoded.root.definitions, []);
    assert.deepEqual(decoded.types, []);
    assert.equal(decoded.coreModules, 0);
  });

  test("come in order, with indices and resolved types", () => {
    const { root, coreModules } = decodeComponent(identityComponent());
    const type = { async: false, params: [{ name: "x", type: "u32" }], result: "u32" };
    const shape = {
      sections: [
        { id: 1, start: 8, body: 10, end: 16 },
        { id: 3, start: 16, body: 18, end: 20 },
        { id: 7, start: 20, body: 22, end: 27 },
        { id: 10, start: 27, body: 29, end: 35 },
      ],
      memories: [],
      tables: [],
    };
    assert.equal(coreModules, 1);
    assert.deepEqual(root.definitions.map(withoutOffset), [
      { tag: "core-module", bytes: Uint8Array.from(identityModule), ordinal: 0, shape },
      { tag: "core-instantiate", module: 0, args: [] },
      { tag: "core-alias", sort: "core-func", instance: 0, name: "f" },
      { tag: "lift", core: 0, options: { stringEncoding: "utf8", async: false }, type },
      { tag: "export", item: { name: "identity", sort: "func", index: 0 }, type: { tag: "func", type }, resources: [] },
    ]);
    assert.deepEqual(root.type.exports, [{ name: "identity", type: { tag: "func", type } }]);
  });

  test("of a module are a view into the file", () => {
    const bytes = identityComponent();
    const [first] = decodeComponent(bytes).root.definitions;
    assert.ok(first?.tag === "core-module");
    assert.equal(first.bytes.buffer, bytes.buffer);
  });

  test("of nested components count modules through, and have names from the name section", () => {
    const named = section(sections.custom, name("component-name"), section(0, name("inner")));
    const inner = component(section(sections.coreModule, identityModule), named);
    const outer = component(section(sections.coreModule, identityModule), section(sections.component, [...inner]));
    const [, nested] = decodeComponent(outer).root.definitions;
    assert.ok(nested?.tag === "component");
    assert.equal(nested.component.name, "inner");
    const [module] = nested.component.definitions;
    assert.ok(module?.tag === "core-module");
    assert.equal(module.ordinal, 1);
    assert.equal(outer[nested.component.offset + 4], preamble[4]);
  });

  test("are no worse for a broken name section", () => {
    assert.equal(decodeComponent(component(section(0, name("component-name"), [0x00, 0x7f]))).root.name, undefined);
  });

  test("leave async built-ins to whoever runs them", () => {
    const { root } = decodeComponent(component(sectionOf(sections.canon, [0x24], [0x1f], [0x0a, 0x7f, 0x00])));
    assert.deepEqual(root.definitions.map(withoutOffset), [
      { tag: "async-builtin", name: "backpressure.inc" },
      { tag: "async-builtin", name: "waitable-set.new" },
      { tag: "async-builtin", name: "context.get" },
    ]);
  });
});

describe("resources", () => {
  /** `(instance (export "r" (type (sub resource))) (export "f" (func (param "x" (own r)))))` */
  const instanceType: Bytes = [
    0x42,
    ...list(
      [0x04, ...externName("r"), ...subResource],
      [0x01, 0x69, 0x00],
      [0x01, 0x40, ...list([...name("x"), 0x01]), 0x01, 0x00],
      [0x04, ...externName("f"), 0x01, 0x02],
    ),
  ];

  test("of two imports of one type are two", () => {
    const imports = [externName("a"), externName("b")].map((text) => [...text, 0x05, 0x00]);
    const { root, types } = decodeComponent(
      component(sectionOf(sections.type, instanceType), sectionOf(sections.import, ...imports)),
    );
    const handles = root.definitions.map((definition) => {
      assert.ok(definition.tag === "import" && definition.type.tag === "instance");
      const [bound, func] = [definition.resources[0], definition.type.type.exports[1]?.type];
      assert.deepEqual(bound?.path, ["r"]);
      assert.ok(func?.tag === "func");
      const handle = func.type.params[0]?.type;
      assert.ok(typeof handle === "number");
      assert.deepEqual(types[handle]?.kind, { tag: "own", resource: bound?.resource });
      return bound?.resource;
    });
    assert.notEqual(handles[0], handles[1]);
    for (const resource of handles) assert.deepEqual(types[resource ?? -1]?.kind, { tag: "resource" });
  });

  test("of an instance are new ones for each instantiation, with the given ones in place of imports", () => {
    // (component $c (import "t" (type $t (sub resource))) (type $r (resource (rep i32)))
    //   (export "t2" (type $t)) (export "r" (type $r)))
    const inner = component(
      sectionOf(sections.import, [...externName("t"), ...subResource]),
      sectionOf(sections.type, [0x3f, 0x7f, 0x00]),
      sectionOf(sections.export, [...externName("t2"), 0x03, 0x00, 0x00], [...externName("r"), 0x03, 0x01, 0x00]),
    );
    const instantiate: Bytes = [0x00, 0x00, ...list([...name("t"), 0x03, 0x00])];
    const { root, types } = decodeComponent(
      component(
        section(sections.component, [...inner]),
        sectionOf(sections.type, [0x3f, 0x7f, 0x00]),
        sectionOf(sections.instance, instantiate, instantiate),
        sectionOf(sections.export, [...externName("out"), 0x05, 0x01, 0x00]),
      ),
    );
    const own = root.definitions.find((definition) => definition.tag === "resource");
    const instances = root.definitions.filter((definition) => definition.tag === "instantiate");
    assert.equal(instances.length, 2);
    const [first, second] = instances.map((instance) => instance.resources[0]);
    assert.deepEqual(instances[0]?.args, [{ name: "t", sort: "type", index: -1, resource: own?.resource }]);
    assert.deepEqual(first?.path, ["r"]);
    assert.notEqual(first?.resource, second?.resource);
    const [exported] = root.type.exports;
    assert.ok(exported?.type.tag === "instance");
    const [given, made] = exported.type.type.exports.map(({ type }) => type);
    assert.ok(given?.tag === "type" && made?.tag === "type");
    assert.equal(target(types, given.type), own?.resource);
    assert.equal(target(types, made.type), second?.resource);
    assert.equal(made.bound, "sub-resource");
  });

  test("that are exported twice are one to those outside, or two where one is given an abstract type", () => {
    const bounds = (ascription: Bytes): unknown => {
      const { root, types } = decodeComponent(
        component(
          sectionOf(sections.type, [0x3f, 0x7f, 0x00]),
          sectionOf(
            sections.export,
            [...externName("r1"), 0x03, 0x00, 0x00],
            [...externName("r2"), 0x03, 0x00, ...ascription],
          ),
        ),
      );
      const [first, second] = root.type.exports.map(({ type }) => type);
      assert.ok(first?.tag === "type" && second?.tag === "type");
      const last = root.definitions.at(-1);
      assert.ok(last?.tag === "export");
      return {
        bounds: [first.bound, second.bound],
        same: target(types, first.type) === target(types, second.type),
        binds: last.resources.map(({ path, resource }) => [path, resource === second.type]),
      };
    };
    assert.deepEqual(bounds([0x00]), { bounds: ["sub-resource", "eq"], same: true, binds: [] });
    assert.deepEqual(bounds([0x01, ...subResource]), {
      bounds: ["sub-resource", "sub-resource"],
      same: false,
      binds: [[[], true]],
    });
  });

  test("do not leave the component that defines them", () => {
    const stealing = component(sectionOf(sections.alias, [0x03, 0x02, 0x01, 0x00]));
    refused(
      component(sectionOf(sections.type, [0x3f, 0x7f, 0x00]), section(sections.component, [...stealing])),
      "invalid",
      /transitively refers to resources/,
    );
  });
});

describe("a file that is refused", () => {
  const cases: readonly (readonly [
    what: string,
    bytes: Uint8Array,
    kind: ComponentDecodeErrorKind,
    message: RegExp,
  ])[] = [
    ["nothing", Uint8Array.of(), "malformed", /^not WebAssembly: .* \(at offset 0x0\)$/],
    ["text", new TextEncoder().encode("package a:b;"), "malformed", /^not WebAssembly/],
    [
      "a core module",
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      "malformed",
      /core module, not a component.*`wasm-tools component new`.*\(at offset 0x4\)$/,
    ],
    [
      "an old format",
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0c, 0, 1, 0),
      "unsupported",
      /version 0x0c .*build .* again/,
    ],
    ["a layer of the future", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 2, 0), "malformed", /layer is 1, not 2/],
    ["an unknown section", component(section(13)), "malformed", /id 0x0d \(at offset 0x8\)$/],
    ["a section beyond the end", component([7, 0x10, 0x00]), "malformed", /takes 16 bytes, but only 1 remain/],
    ["a section with a rest", component(section(7, [0x00, 0x00])), "malformed", /should end here, but 1 more bytes/],
    ["a count of 2^32 - 1", component(section(7, u32(2 ** 32 - 1))), "malformed", /4294967295 types announced/],
    [
      "a number beyond 32 bits",
      component(section(7, [0xff, 0xff, 0xff, 0xff, 0x1f])),
      "malformed",
      /more than 32 bits/,
    ],
    ["a number of six bytes", component(section(7, [0x80, 0x80, 0x80, 0x80, 0x80, 0])), "malformed", /too many bytes/],
    ["broken UTF-8", component(section(0, [0x02, 0xc0, 0x80])), "malformed", /not valid UTF-8/],
    ["a start function", component(section(9, [0x00])), "unsupported", /start functions/],
    ["values", component(section(12, [0x00])), "unsupported", /values/],
    [
      "an index out of range",
      component(sectionOf(7, [0x70, 0x05])),
      "invalid",
      /unknown type 5: .* there are 0 so far/,
    ],
    ["an empty record", component(sectionOf(7, [0x72, 0x00])), "invalid", /record type must have at least one field/],
    [
      "a name in camel case",
      component(sectionOf(7, [0x6d, ...list(name("camelCase"))])),
      "invalid",
      /not in kebab case/,
    ],
    [
      "names that differ in case only",
      component(sectionOf(7, [0x6d, ...list(name("a-b"), name("a-B"))])),
      "invalid",
      /"a-B" conflicts with previous name "a-b"/,
    ],
    [
      "a borrow as result",
      component(
        sectionOf(sections.import, [...externName("r"), ...subResource]),
        sectionOf(7, [0x68, 0x00], [0x40, 0x00, 0x00, 0x01]),
      ),
      "invalid",
      /result cannot contain a "borrow"/,
    ],
    [
      "a method of an unknown resource",
      component(sectionOf(7, u32ToU32), sectionOf(sections.import, [...externName("[method]r.f"), 0x01, 0x00])),
      "invalid",
      /first argument called "self", not "x"/,
    ],
    [
      "a lift with another signature",
      component(
        section(sections.coreModule, identityModule),
        sectionOf(sections.coreInstance, [0x00, 0x00, 0x00]),
        sectionOf(sections.alias, [0x00, 0x00, 0x01, 0x00, ...name("f")]),
        sectionOf(sections.type, [0x40, ...list([...name("x"), 0x77]), 0x01, 0x00]),
        sectionOf(sections.canon, [0x00, 0x00, 0x00, 0x00, 0x00]),
      ),
      "invalid",
      /parameter types \[i64\] do not match parameter types \[i32\]/,
    ],
  ];
  for (const [what, bytes, kind, message] of cases) {
    test(`is ${what}`, () => refused(bytes, kind, message));
  }

  test("has values of 2^28 bytes", () => {
    refused(component(sectionOf(7, [0x67, 0x7d, ...u32(2 ** 28)])), "invalid", /exceeds maximum byte size/);
    decodeComponent(component(sectionOf(7, [0x67, 0x7d, ...u32(2 ** 28 - 1)])));
  });

  test("needs more than the limits", () => {
    const bytes = identityComponent();
    for (const limit of ["bytes", "definitions", "steps"] as const) {
      assert.throws(() => decodeComponent(bytes, { [limit]: 3 }), new RegExp(`limit "${limit}"`));
    }
    assert.throws(() => decodeComponent(component(sectionOf(7, [0x6b, 0x7d], [0x6b, 0x00])), { types: 1 }), /"types"/);
    assert.throws(() => decodeComponent(bytes, { depth: 501 }), RangeError);
  });
});

function refused(bytes: Uint8Array, kind: ComponentDecodeErrorKind, message: RegExp): void {
  assert.throws(
    () => decodeComponent(bytes),
    (error: unknown) => {
      assert.ok(error instanceof ComponentDecodeError, String(error));
      assert.match(error.message, message);
      assert.match(error.message, /\(at offset 0x[0-9a-f]+\)$/);
      assert.equal(error.kind, kind);
      assert.ok(error.offset <= bytes.length);
      return true;
    },
  );
}

function withoutOffset({ offset: _, ...rest }: Definition): Omit<Definition, "offset"> {
  return rest;
}

function target(types: ReturnType<typeof decodeComponent>["types"], id: number): number {
  const kind = types[id]?.kind;
  return kind?.tag === "alias" && typeof kind.type === "number" ? target(types, kind.type) : id;
}
