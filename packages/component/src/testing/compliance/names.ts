import assert from "node:assert/strict";
import { test } from "node:test";
import { construct } from "@witwire/wit/values";
import { guestOf } from "../guest-files.ts";
import type { Engine, Functions } from "./engine.ts";

type Promised = Functions<"then_" | "constructor" | "toString">;
type Odd = Functions<"getJson" | "then_" | "toString" | "constructor" | "valueOf"> & {
  readonly Promise: { [construct](n: number): Promise<Promised> } & Functions<"new" | "name" | "length">;
};

/** Names of WIT that mean something else in JavaScript. */
export function nameCompliance(engine: Engine): void {
  test("functions, members and cases may be called as JavaScript's own", async () => {
    const component = await engine.compile(await guestOf("names", "names", "inner"));
    using instance = await component.instantiate();
    const odd = instance.exports["test:names/odd"] as unknown as Odd;
    const words = { getJson: 1, constructor: 2, then_: 3, a1B2: 4, proto: 5, toString: 6, prototype: 7 };
    assert.deepStrictEqual(await odd.getJson(words), words);
    const marks = { constructor: true, then_: false, hasOwnProperty: true, valueOf: false };
    assert.deepStrictEqual(await odd.then_(marks), marks);
    for (const letter of ["A-b", "ABC", "c"]) assert.equal(await odd.toString(letter), letter);
    for (const choice of [{ tag: "constructor", val: 1 }, { tag: "then" }, { tag: "to-string", val: 2 }]) {
      assert.deepStrictEqual(await odd.constructor(choice), choice);
    }
    assert.equal(await odd.valueOf(9, 4), 5);
  });

  test("what every object inherits is no value of the caller's", async () => {
    const component = await engine.compile(await guestOf("names", "names", "inner"));
    using instance = await component.instantiate();
    const odd = instance.exports["test:names/odd"] as unknown as Odd;
    await assert.rejects(odd.getJson({ getJson: 1, then_: 3, a1B2: 4, proto: 5, prototype: 7 }), {
      code: "invalid-argument",
    });
    await assert.rejects(odd.toString("constructor"), { code: "invalid-argument" });
    await assert.rejects(odd.constructor({ tag: "valueOf" }), { code: "invalid-argument" });
    assert.deepStrictEqual(await odd.then_(Object.create(null)), {
      constructor: false,
      then_: false,
      hasOwnProperty: false,
      valueOf: false,
    });
  });

  test("members of resources too", async () => {
    const component = await engine.compile(await guestOf("names", "names", "inner"));
    using instance = await component.instantiate();
    const { Promise: Resource } = instance.exports["test:names/odd"] as unknown as Odd;
    const made = await Resource[construct](5);
    assert.deepEqual([await made.then_(), await made.constructor(), await made.toString()], [5, 5, 5]);
    assert.equal(await (await Resource.new()).then_(), 77);
    assert.deepEqual([await Resource.name(), await Resource.length()], [78, 79]);
  });
}
