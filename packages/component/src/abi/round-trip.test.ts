import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type, TypeDef } from "@witwire/wit/model";
import fc from "fast-check";
import type { CompiledFunction, CoreValue } from "./canonical.ts";
import { compileFunction } from "./compile-function.ts";
import { TestGuest } from "./testing/guest.ts";
import { typedValue } from "./testing/random-types.ts";

const encodings = fc.constantFrom("utf8", "utf16", "latin1+utf16");
/** Enough of them that parameters go through memory, whatever the others are. */
const padding = Array.from({ length: 17 }, (): Type => "u8");

describe("a random value of a random type comes back as it went", () => {
  test("as a parameter", () => {
    fc.assert(
      fc.property(typedValue, encodings, ({ types, type, value }, encoding) => {
        const guest = new TestGuest(encoding);
        const compiled = compile(types, [type, "bool"]);
        const core = compiled.lowerParams(guest, [value, true]);
        assert.deepEqual(core.map(coreTypeOf), compiled.liftSignature.params.map(numberOrBigInt));
        assert.deepEqual(compiled.liftParams(guest, core), [value, true]);
        assert.deepEqual(compiled.liftParams(guest, signed(core, compiled)), [value, true]);
      }),
      { numRuns: 500 },
    );
  });

  test("as a parameter in memory", () => {
    fc.assert(
      fc.property(typedValue, encodings, ({ types, type, value }, encoding) => {
        const guest = new TestGuest(encoding);
        const compiled = compile(types, [...padding, type]);
        const args = [...padding.map((_, index) => index), value];
        const core = compiled.lowerParams(guest, args);
        assert.deepEqual(compiled.liftSignature.params, ["i32"]);
        assert.deepEqual(compiled.liftParams(guest, core), args);
      }),
      { numRuns: 500 },
    );
  });

  test("as a result", () => {
    fc.assert(
      fc.property(typedValue, encodings, ({ types, type, value }, encoding) => {
        const guest = new TestGuest(encoding);
        const compiled = compile(types, ["string"], type);
        const place = guest.allocate(8, 65536);
        const core = compiled.lowerResult(guest, [0, 0, place], value);
        const spilled = compiled.lowerSignature.results.length === 0;
        assert.equal(core === undefined, spilled);
        assert.deepEqual(compiled.lowerSignature.params.length, spilled ? 3 : 2);
        assert.deepEqual(compiled.liftResult(guest, spilled ? place : core), value);
      }),
      { numRuns: 500 },
    );
  });
});

function compile(types: readonly TypeDef[], params: readonly Type[], result?: Type): CompiledFunction {
  const named = params.map((type, index) => ({ name: `p${index}`, type }));
  return compileFunction(types, { async: false, params: named, ...(result === undefined ? {} : { result }) });
}

function coreTypeOf(value: CoreValue): string {
  return typeof value;
}

function numberOrBigInt(type: string): string {
  return type === "i64" ? "bigint" : "number";
}

/** As WebAssembly hands them to JavaScript: integers are signed. */
function signed(core: readonly CoreValue[], { liftSignature }: CompiledFunction): CoreValue[] {
  return core.map((value, index) => {
    if (typeof value === "bigint") return BigInt.asIntN(64, value);
    return liftSignature.params[index] === "i32" ? value | 0 : value;
  });
}
