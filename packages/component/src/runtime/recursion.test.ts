import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compile } from "../compile.ts";
import { buildText } from "../testing/guest-builder.ts";
import { guestFile } from "../testing/guest-files.ts";

describe("a component that calls its own lifted function", async () => {
  const component = await compile(await buildText(await guestFile("calls-itself.wat")));

  test("enters itself at every level, without promises", () => {
    using instance = component.instantiateSync<{ fac(n: number): number }>();
    assert.equal(instance.exports.fac(10), 3_628_800);
    assert.equal(instance.exports.fac(5), 120);
  });

  test("enters itself at every level, with promises", async () => {
    using instance = await component.instantiate<{ fac(n: number): Promise<number> }>();
    assert.deepEqual(await Promise.all([instance.exports.fac(10), instance.exports.fac(5)]), [3_628_800, 120]);
    assert.equal(instance.stats().running, 0);
  });

  test("ends as a trap where it goes too deep", async () => {
    using instance = component.instantiateSync<{ fac(n: number): number }>();
    assert.throws(() => instance.exports.fac(1_000_000), { code: "trap", message: /call stack/ });
    assert.equal(instance.state, "poisoned");
  });
});
