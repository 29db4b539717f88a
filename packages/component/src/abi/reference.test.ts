import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompiledFunction, CoreValue } from "./canonical.ts";
import { compileFunction } from "./compile-function.ts";
import { TestGuest } from "./testing/guest.ts";
import type { LoweredVector, ReferenceVector } from "./testing/reference-vectors.ts";
import { referenceVectors } from "./testing/reference-vectors.ts";

/** Where {@link TestGuest} and the reference's allocator begin. */
const start = 16;

describe("what the specification's executable definition does", () => {
  const vectors = referenceVectors().flatMap((vector) =>
    vector.lowered.map((expected) => ({ vector, expected, compiled: compile(vector) })),
  );

  test("is what lowering does: core values, memory, and calls of realloc", () => {
    assert.ok(vectors.length > 200);
    for (const { vector, expected, compiled } of vectors) {
      const guest = new TestGuest(expected.encoding);
      const core = compiled.lowerParams(guest, vector.args);
      assert.deepEqual(compiled.liftSignature.params, expected.kinds);
      assert.deepEqual(unsigned(core, expected), unsigned(expected.core, expected));
      assert.deepEqual(guest.calls, expected.calls);
      assert.equal(Buffer.from(guest.bytes().subarray(start, guest.end)).toString("hex"), expected.memory);
    }
  });

  test("lifts to the values that it was lowered from", () => {
    for (const { vector, expected, compiled } of vectors) {
      const guest = new TestGuest(expected.encoding);
      guest.bytes().set(Buffer.from(expected.memory, "hex"), start);
      assert.deepEqual(compiled.liftParams(guest, signed(expected)), vector.args);
      assert.deepEqual(compiled.liftParams(guest, expected.core), vector.args);
    }
  });
});

function compile({ types, params }: ReferenceVector): CompiledFunction {
  return compileFunction(types, { async: false, params: params.map((type, index) => ({ name: `p${index}`, type })) });
}

/** Core values with their bits as unsigned numbers, as the reference has them. */
function unsigned(core: readonly CoreValue[], { kinds }: LoweredVector): CoreValue[] {
  return core.map((value, index) => {
    if (typeof value === "bigint") return BigInt.asUintN(64, value);
    return kinds[index] === "i32" ? value >>> 0 : value;
  });
}

/** Core values as WebAssembly hands them to JavaScript. */
function signed({ core, kinds }: LoweredVector): CoreValue[] {
  return core.map((value, index) => {
    if (typeof value === "bigint") return BigInt.asIntN(64, value);
    return kinds[index] === "i32" ? value | 0 : value;
  });
}
