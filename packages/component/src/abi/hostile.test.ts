import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type, TypeDef, TypeKind } from "@witwire/wit/model";
import { ValueError } from "@witwire/wit/values";
import fc from "fast-check";
import type { CoreType, CoreValue } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import { compileFunction } from "./compile-function.ts";
import { TestGuest } from "./testing/guest.ts";
import { typedValue } from "./testing/random-types.ts";

const encodings = fc.constantFrom("utf8", "utf16", "latin1+utf16");
const maxCharge = 1 << 20;

/** Bytes with many small numbers among them, which are pointers, lengths and discriminants that lead somewhere. */
const bytes = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0, 0, 0, 1, 2, 4, 8)), {
    minLength: 64,
    maxLength: 512,
  })
  .map((all) => Uint8Array.from(all));

const coreValues: Record<CoreType, fc.Arbitrary<CoreValue>> = {
  i32: fc.oneof(fc.integer(), fc.integer({ min: 0, max: 600 })),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f32: fc.float(),
  f64: fc.double(),
};

describe("whatever a guest leaves behind", () => {
  test("in flat values and memory, it is a value or a trap, and bounded", () => {
    let values = 0;
    const lift = fc.property(
      typedValue.chain(({ types, type }) => {
        const compiled = compileFunction(types, { async: false, params: [{ name: "p", type }] });
        const core = compiled.liftSignature.params.map((kind) => coreValues[kind]);
        return fc.record({ compiled: fc.constant(compiled), core: fc.tuple(...core), bytes, encoding: encodings });
      }),
      ({ compiled, core, bytes: memory, encoding }) => {
        const guest = filled(encoding, memory);
        values += valueOrTrap(() => compiled.liftParams(guest, core), /^(param "p"|params)/);
      },
    );
    fc.assert(lift, { numRuns: 1000 });
    assert.ok(values > 100, `only ${values} values`);
  });

  test("as a result in memory, likewise", () => {
    let values = 0;
    const lift = fc.property(
      fc.record({ typed: typedValue, at: fc.integer({ min: 0, max: 32 }), bytes, encoding: encodings }),
      ({ typed: { types, type }, at, bytes: memory, encoding }) => {
        const pair = { kind: { tag: "tuple", types: [type, "u64"] } } as const;
        const result = types.length;
        const compiled = compileFunction([...types, pair], { async: false, params: [], result });
        values += valueOrTrap(() => compiled.liftResult(filled(encoding, memory), 8 * at), /^result/);
      },
    );
    fc.assert(lift, { numRuns: 1000 });
    assert.ok(values > 100, `only ${values} values`);
  });

  test("lists that claim to be huge are refused before anything is made of them", () => {
    const kinds: TypeKind[] = [
      { tag: "list", type: "u8" },
      { tag: "list", type: "bool" },
      { tag: "list", type: "string" },
      { tag: "list", type: 0 },
      { tag: "map", key: "u8", value: "u8" },
    ];
    const types: TypeDef[] = kinds.map((kind) => ({ kind }));
    for (const type of types.keys()) {
      const { liftParams } = compile(types, type);
      for (const count of [-1, 2 ** 28, 2 ** 27, -(2 ** 31), 0x7fffffff, 65537]) {
        const guest = new TestGuest();
        assert.throws(() => liftParams(guest, [0, count]), Trap, `${type} ${count}`);
        assert.equal(guest.charged, 0);
      }
    }
  });

  test("the same bytes cannot be named again and again", () => {
    const types: TypeDef[] = [{ kind: { tag: "list", type: 1 } }, { kind: { tag: "list", type: "u8" } }];
    const guest = new TestGuest("utf8", maxCharge);
    const inner = guest.allocate(4, 60_000);
    const count = 5_000;
    const outer = guest.allocate(4, 8 * count);
    for (let index = 0; index < count; index++) {
      guest.view().setUint32(outer + 8 * index, inner, true);
      guest.view().setUint32(outer + 8 * index + 4, 60_000, true);
    }
    assert.throws(
      () => compile(types, 0).liftParams(guest, [outer, count]),
      /^Trap: param "p"\[16\]: more than the limit/,
    );
  });
});

describe("whatever a caller gives", () => {
  test("it is taken, or refused with its place", () => {
    const given = fc.anything({ withBigInt: true, withMap: true, withTypedArray: true, withNullPrototype: true });
    let refused = 0;
    const lower = fc.property(typedValue, given, encodings, ({ types, type, value }, other, encoding) => {
      const pair: TypeDef = { kind: { tag: "tuple", types: [type, type] } };
      const { lowerParams } = compile([...types, pair], types.length);
      try {
        lowerParams(new TestGuest(encoding), [[value, other]]);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        assert.match(error.message, /^param "p"\[1\].*: expected /s);
        refused++;
      }
    });
    fc.assert(lower, { numRuns: 1000 });
    assert.ok(refused > 500, `only ${refused} refused`);
  });
});

function compile(types: readonly TypeDef[], type: Type): ReturnType<typeof compileFunction> {
  return compileFunction(types, { async: false, params: [{ name: "p", type }] });
}

/** A guest with these bytes at its beginning and at its end. */
function filled(encoding: "utf8" | "utf16" | "latin1+utf16", bytes: Uint8Array): TestGuest {
  const guest = new TestGuest(encoding, maxCharge);
  guest.bytes().set(bytes);
  guest.bytes().set(bytes, guest.bytes().length - bytes.length);
  return guest;
}

/** 1 for a value, 0 for a trap that says where it happened. */
function valueOrTrap(lift: () => unknown, where: RegExp): number {
  try {
    lift();
    return 1;
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    assert.match(error.message, where);
    return 0;
  }
}
