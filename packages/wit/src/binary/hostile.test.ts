/** Binaries that want to crash the decoder, or to keep it busy. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  component,
  corePreamble,
  externName,
  identityComponent,
  list,
  name,
  section,
  sectionOf,
  sections,
  typeIndex,
  u32,
} from "../testing/component-bytes.ts";
import { decodeFile } from "./decode-component.ts";
import { ComponentDecodeError, decodeComponent, decodeWit } from "./index.ts";

type Bytes = readonly number[];

/** A component that has something of most kinds: resources, methods, instances in and out, every shape of type. */
function variedComponent(): Uint8Array {
  const iface: Bytes = [
    0x42,
    ...list(
      [0x04, ...externName("r"), 0x03, 0x01],
      [0x01, 0x68, 0x00],
      [0x01, 0x40, ...list([...name("self"), 0x01]), 0x00, 0x73],
      [0x04, ...externName("[method]r.text"), 0x01, 0x02],
      [0x01, 0x72, ...list([...name("a"), 0x7d], [...name("b"), 0x73])],
      [0x04, ...externName("rec"), 0x03, 0x00, 0x03],
      [0x01, 0x71, ...list([...name("none"), 0x00, 0x00], [...name("some"), 0x01, 0x04, 0x00])],
      [0x04, ...externName("var"), 0x03, 0x00, 0x05],
      [0x01, 0x6e, ...list(name("x"), name("y"))],
      [0x04, ...externName("flags"), 0x03, 0x00, 0x07],
      [0x01, 0x6a, 0x01, 0x04, 0x01, 0x06],
      [0x01, 0x66, 0x01, 0x7d],
      [0x01, 0x43, ...list([...name("p"), 0x0a], [...name("q"), 0x08]), 0x00, 0x09],
      [0x04, ...externName("f"), 0x01, 0x0b],
    ),
  ];
  const inner = component(
    sectionOf(sections.import, [...externName("t"), 0x03, 0x01]),
    sectionOf(sections.type, [0x3f, 0x7f, 0x00]),
    sectionOf(sections.export, [...externName("u"), 0x03, 0x01, 0x00]),
  );
  return component(
    section(sections.custom, name("component-name"), section(0, name("varied"))),
    sectionOf(sections.coreType, [
      0x50,
      ...list([0x01, 0x60, 0x00, 0x00], [0x00, ...name("m"), ...name("n"), 0x00, 0x00]),
    ]),
    sectionOf(sections.type, iface),
    sectionOf(sections.import, [0x02, ...name("plain"), ...list([0x00, ...name("a:b/c@1.0.0")]), 0x05, 0x00]),
    sectionOf(sections.alias, [0x03, 0x00, 0x00, ...name("r")]),
    section(sections.component, [...inner]),
    sectionOf(sections.instance, [0x00, 0x00, ...list([...name("t"), 0x03, 0x01])]),
    sectionOf(sections.canon, [0x03, 0x01], [0x24]),
    sectionOf(sections.export, [...externName("a:b/d"), 0x05, 0x01, 0x00]),
  );
}

describe("a damaged component", () => {
  for (const [what, bytes] of [
    ["small", identityComponent()],
    ["varied", variedComponent()],
  ] as const) {
    test(`is refused properly or still valid: ${what}, cut off anywhere`, () => {
      assert.ok(settles(bytes));
      for (let length = 0; length < bytes.length; length++) settles(bytes.subarray(0, length));
    });

    test(`is refused properly or still valid: ${what}, any byte changed`, () => {
      let refused = 0;
      for (let at = 0; at < bytes.length; at++) {
        const original = bytes[at] ?? 0;
        const masks = [0xff, 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01];
        for (const value of [original + 1, original - 1, ...masks.map((mask) => original ^ mask)]) {
          const changed = Uint8Array.from(bytes);
          changed[at] = value;
          if (!settles(changed)) refused++;
        }
      }
      assert.ok(refused > bytes.length);
    });
  }
});

describe("numbers that promise too much", () => {
  for (const [what, bytes] of [
    ["types", component(section(7, u32(2 ** 32 - 1)))],
    ["fields", component(section(7, [0x01, 0x72, ...u32(2 ** 32 - 1)]))],
    ["labels", component(section(7, [0x01, 0x6d, ...u32(2 ** 32 - 1)]))],
    ["bytes of a name", component(section(0, u32(2 ** 32 - 1)))],
    ["declarators", component(section(7, [0x01, 0x42, ...u32(2 ** 32 - 1)]))],
    ["core types", component(section(1, corePreamble, [0x01, 0x05], u32(2 ** 32 - 1)))],
    ["a type index", component(sectionOf(7, [0x70, 0xff, 0xff, 0xff, 0xff, 0x0f]))],
    ["a level of an alias", component(sectionOf(6, [0x03, 0x02, ...u32(2 ** 32 - 1), 0x00]))],
  ] as const) {
    test(`are refused before memory is taken: ${what}`, () => assert.equal(settles(bytes), false));
  }
});

describe("depth", () => {
  test("of components is limited", () => {
    assert.throws(() => decodeComponent(nestedComponents(200)), /components are nested too deeply/);
    decodeComponent(nestedComponents(90));
    assert.throws(() => decodeComponent(nestedComponents(600)), /nested too deeply/);
  });

  test("of instance types is limited", () => {
    let type: Bytes = [0x42, 0x00];
    for (let level = 0; level < 2000; level++) type = [0x42, 0x01, 0x01, ...type];
    assert.throws(() => decodeComponent(component(sectionOf(7, type))), /nested too deeply/);
  });

  test("of instances that hold each other is limited", () => {
    const chain = Array.from({ length: 20_000 }, (_, index): Bytes => {
      return [0x01, ...list(...(index === 0 ? [] : [[...externName("a"), 0x05, ...u32(index - 1)]]))];
    });
    assert.throws(
      () => decodeComponent(component(sectionOf(5, ...chain))),
      /instances and components are nested too deeply/,
    );
  });

  test("of component types that mention each other is limited", () => {
    const chain = Array.from({ length: 20_000 }, (_, index): Bytes => {
      const previous: Bytes = [0x02, 0x03, 0x02, 0x01, ...u32(index - 1)];
      return [0x41, ...(index === 0 ? [0x00] : list(previous, [0x03, ...externName("c"), 0x04, 0x00]))];
    });
    assert.throws(() => decodeComponent(component(sectionOf(7, ...chain))), /nested too deeply/);
  });

  test("of a chain of names is no matter, even where the names are of no interface", () => {
    const length = 20_000;
    const links = Array.from({ length }, (_, index) => [...externName(`t${index}`), 0x03, ...u32(index), 0x00]);
    const inner = component(sectionOf(7, [0x6f, ...list([0x7d])]), sectionOf(sections.export, ...links));
    const bytes = component(
      section(sections.component, inner),
      sectionOf(sections.instance, [0x00, 0x00, 0x00]),
      sectionOf(sections.alias, [0x03, 0x00, 0x00, ...name(`t${length - 1}`)]),
      sectionOf(7, [0x40, ...list([...name("x"), 0x00]), 0x01, 0x00]),
      sectionOf(sections.import, [...externName("f"), 0x01, 0x01]),
    );
    const { resolve } = decodeWit(bytes);
    assert.deepEqual(
      resolve.types.map(({ kind }) => kind),
      [{ tag: "tuple", types: ["u8"] }],
    );
  });

  test("of value types is limited", () => {
    const types = Array.from(
      { length: 5000 },
      (_, index): Bytes => [0x6b, ...(index === 0 ? [0x7d] : typeIndex(index - 1))],
    );
    assert.throws(() => decodeComponent(component(sectionOf(7, ...types))), /nested too deeply/);
  });
});

describe("work", () => {
  test("grows with the length of a chain of aliases, and no faster", () => {
    assertLinear((length) => {
      const links = Array.from({ length }, (_, index) => [...externName(`t${index}`), 0x03, 0x00, ...u32(index)]);
      return component(sectionOf(7, [0x6d, ...list(name("a"))]), sectionOf(sections.import, ...links));
    });
  });

  test("grows with the length of a chain of aliases of a resource that is replaced, and no faster", () => {
    assertLinear((length) => {
      const links = Array.from({ length }, (_, index) => [0x04, ...externName(`t${index}`), 0x03, 0x00, ...u32(index)]);
      const type = [0x42, ...list([0x04, ...externName("r"), 0x03, 0x01], ...links)];
      return component(sectionOf(7, type), sectionOf(sections.import, [...externName("i"), 0x05, 0x00]));
    });
  });

  test("grows with the number of functions that share a large type, and no faster", () => {
    assertLinear((length) => {
      const elements = Array.from({ length }, () => [0x7d]);
      const funcs = Array.from({ length }, (_, index) => [...externName(`f${index}`), 0x01, 0x01]);
      const func = [0x40, ...list([...name("x"), 0x00]), 0x01, 0x00];
      return component(sectionOf(7, [0x6f, ...list(...elements)], func), sectionOf(sections.import, ...funcs));
    });
  });

  test("is bounded where types double at each level", () => {
    const tuples = Array.from({ length: 90 }, (_, index): Bytes => {
      const child = index === 0 ? [0x7d] : typeIndex(index - 1);
      return index % 2 === 0 ? [0x6b, ...child] : [0x6a, 0x01, ...child, 0x01, ...child];
    });
    const func: Bytes = [0x40, ...list([...name("x"), ...typeIndex(89)]), 0x01, 0x00];
    const bytes = component(
      sectionOf(7, ...tuples, func),
      sectionOf(sections.import, [...externName("f"), 0x01, ...u32(90)]),
    );
    assert.ok(decodeFile(bytes).steps < 2000);
  });

  test("is bounded where instances double at each level", () => {
    const doubled = Array.from({ length: 60 }, (_, index): Bytes => {
      const item = [0x05, ...u32(index)];
      return [0x01, ...list([...externName("a"), ...item], [...externName("b"), ...item])];
    });
    const bytes = component(
      sectionOf(7, [0x42, ...list([0x04, ...externName("r"), 0x03, 0x01])]),
      sectionOf(sections.import, [...externName("i"), 0x05, 0x00]),
      sectionOf(sections.instance, ...doubled),
      sectionOf(sections.export, [...externName("out"), 0x05, 60, 0x00]),
    );
    assert.ok(decodeFile(bytes).steps < 5000);
  });

  test("is refused where types of instances with resources double at each level", () => {
    const doubled = Array.from({ length: 60 }, (_, index): Bytes => {
      const alias: Bytes = [0x02, 0x03, 0x02, 0x01, ...u32(index)];
      return [0x42, ...list(alias, [0x04, ...externName("a"), 0x05, 0x00], [0x04, ...externName("b"), 0x05, 0x00])];
    });
    const bytes = component(sectionOf(7, [0x42, ...list([0x04, ...externName("r"), 0x03, 0x01])], ...doubled));
    assert.throws(() => decodeComponent(bytes, { types: 10_000 }), /too many types/);
  });

  test("is refused where one instance is exported under many names", () => {
    const funcs = Array.from({ length: 300 }, (_, index) => [0x04, ...externName(`f${index}`), 0x01, 0x00]);
    const type = [0x42, ...list([0x01, 0x40, 0x00, 0x01, 0x00], ...funcs)];
    const exports = Array.from({ length: 300 }, (_, index) => [...externName(`e${index}`), 0x05, 0x00, 0x00]);
    const bytes = component(
      sectionOf(7, type),
      sectionOf(sections.import, [...externName("i"), 0x05, 0x00]),
      sectionOf(sections.export, ...exports),
    );
    assert.throws(() => decodeWit(bytes, { definitions: 10_000 }), /too many types and functions/);
  });
});

function nestedComponents(levels: number): Uint8Array {
  let bytes = component();
  for (let level = 0; level < levels; level++) bytes = component(section(sections.component, [...bytes]));
  return bytes;
}

/** Whether the bytes are valid; if not, they must have been refused with the right error. */
function settles(bytes: Uint8Array): boolean {
  try {
    decodeWit(bytes, { steps: 100_000 });
    return true;
  } catch (error) {
    if (!(error instanceof ComponentDecodeError)) throw error;
    assert.ok(error.offset >= 0 && error.offset <= bytes.length, error.message);
    return false;
  }
}

function assertLinear(build: (length: number) => Uint8Array): void {
  const [small, large] = [build(1000), build(8000)].map((bytes) => decodeFile(bytes).steps);
  const exponent = Math.log((large ?? 0) / (small ?? 1)) / Math.log(8);
  assert.ok(exponent <= 1.1, `work grows with the power ${exponent.toFixed(2)}`);
}
