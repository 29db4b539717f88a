import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

describe("maps whose keys come twice", () => {
  const types = defs({ tag: "map", key: "u8", value: "u8" });
  const { liftParams, lowerParams } = compileType(types);

  /** A guest with the pairs (1, 10), (2, 20), (1, 30) at address 16, and what it lifts from there. */
  function lift(betweenComponents: boolean): { guest: TestGuest; value: unknown } {
    const guest = new TestGuest();
    guest.bytes().set([1, 10, 2, 20, 1, 30], 16);
    guest.betweenComponents = betweenComponents;
    return { guest, value: liftParams(guest, [16, 3])[0] };
  }

  test("have the last value of each key for the host", () => {
    assert.deepEqual(
      lift(false).value,
      new Map([
        [1, 30],
        [2, 20],
      ]),
    );
  });

  test("reach another component as they are", () => {
    const { value } = lift(true);
    const other = new TestGuest();
    const [pointer, length] = lowerParams(other, [value]) as [number, number];
    assert.equal(length, 3);
    assert.deepEqual([...other.bytes().subarray(pointer, pointer + 6)], [1, 10, 2, 20, 1, 30]);
  });
});
