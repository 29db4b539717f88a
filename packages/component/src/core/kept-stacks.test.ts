import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CoreSignature, CoreType, CoreValue } from "../abi/canonical.ts";
import { buildText } from "../testing/guest-builder.ts";
import { keptStacks, maxParked, parkedStacks } from "./kept-stacks.ts";
import { type CoreCallable, suspending, webAssembly } from "./web-assembly.ts";

const owner = { state: "ready" };
const types: readonly CoreType[] = ["i32", "i64", "f32", "f64"];

async function moduleOf(wat: string, imports: Record<string, object> = {}): Promise<Record<string, CoreCallable>> {
  const bytes = Uint8Array.from(await buildText(wat));
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), { host: imports as never });
  return exports as Record<string, CoreCallable>;
}

function stacksFor(signature: CoreSignature): NonNullable<ReturnType<typeof keptStacks>> {
  const stacks = keptStacks(signature);
  assert.ok(stacks !== undefined);
  return stacks;
}

/** A module with `f`, which awaits an import and then answers its parameter number `chosen`. */
function echo(params: readonly CoreType[], chosen: number): string {
  return `(module (import "host" "wait" (func $wait))
    (func (export "f") (param ${params.join(" ")}) (result ${params[chosen]}) (call $wait) (local.get ${chosen})))`;
}

const values: Readonly<Record<CoreType, readonly CoreValue[]>> = {
  i32: [0, -1, 0x7fff_ffff, -0x8000_0000],
  i64: [0n, -1n, 0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n],
  f32: [0, -0, 1.5, Number.NEGATIVE_INFINITY],
  f64: [0, -0, 1 / 3, Number.NaN],
};

describe("a kept stack", () => {
  for (const count of [1, 2, 12, 16]) {
    it(`hands ${count} parameters on, of every type at every place, and the result back`, async () => {
      const wait = suspending(() => new Promise<void>((resolve) => setImmediate(resolve)));
      for (let shift = 0; shift < types.length; shift++) {
        const params = Array.from({ length: count }, (_, index) => types[(index + shift) % 4] as CoreType);
        for (const chosen of new Set([0, count >> 1, count - 1])) {
          const type = params[chosen] as CoreType;
          const { f } = await moduleOf(echo(params, chosen), { wait });
          const stacks = stacksFor({ params, results: [type] });
          assert.equal(stacks.accepts(f as CoreCallable), true);
          const answers = values[type].map((value) => {
            const args = params.map((other, index) => (index === chosen ? value : (values[other][2] as CoreValue)));
            return stacks.call(owner, f as CoreCallable, args);
          });
          assert.deepEqual(await Promise.all(answers), values[type], params.join(" "));
        }
      }
    });
  }

  it("runs functions without parameters and results, one after the other on the same stack", async () => {
    let calls = 0;
    const { f } = await moduleOf(`(module (import "host" "count" (func $count)) (func (export "f") (call $count)))`, {
      count: suspending(async () => void calls++),
    });
    const stacks = stacksFor({ params: [], results: [] });
    await stacks.call(owner, f as CoreCallable, []);
    const kept = parkedStacks();
    for (let n = 0; n < 100; n++) assert.equal(await stacks.call(owner, f as CoreCallable, []), undefined);
    assert.equal(calls, 101);
    assert.equal(parkedStacks(), kept);
  });

  it("is kept up to a bound", async () => {
    const gate = Promise.withResolvers<void>();
    for (const params of [["i32"], ["i64"]] as const) {
      const { f } = await moduleOf(echo(params, 0), { wait: suspending(() => gate.promise) });
      const stacks = stacksFor({ params, results: params });
      const calls = Array.from({ length: 200 }, () =>
        stacks.call(owner, f as CoreCallable, [values[params[0]][1] as CoreValue]),
      );
      gate.resolve();
      assert.equal(new Set(await Promise.all(calls)).size, 1);
      assert.equal(parkedStacks(), maxParked);
    }
    const { f } = await moduleOf(echo(["i32"], 0), { wait: suspending(() => gate.promise) });
    const stacks = stacksFor({ params: ["i32"], results: ["i32"] });
    assert.equal(await stacks.call(owner, f as CoreCallable, [5]), 5, "also where all of its signature were let go");
  });

  it("is one of 10,000 that are suspended at a time", async () => {
    const gate = Promise.withResolvers<void>();
    const { f } = await moduleOf(echo(["i32"], 0), { wait: suspending(() => gate.promise) });
    const stacks = stacksFor({ params: ["i32"], results: ["i32"] });
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    const calls = numbers.map((n) => stacks.call(owner, f as CoreCallable, [n]));
    gate.resolve();
    assert.deepEqual(await Promise.all(calls), numbers);
    assert.equal(parkedStacks(), maxParked);
  });

  it("fails with what the function throws, and is gone", async () => {
    const { f } = await moduleOf(`(module (func (export "f") (param f64 f64 f64) unreachable))`);
    const stacks = stacksFor({ params: ["f64", "f64", "f64"], results: [] });
    const kept = parkedStacks();
    for (let n = 0; n < 100; n++) {
      await assert.rejects(stacks.call(owner, f as CoreCallable, [1, 2, 3]), webAssembly.RuntimeError);
    }
    assert.equal(parkedStacks(), kept);
  });

  it("does not call for an owner who takes no more calls by then", async () => {
    let calls = 0;
    const { f } = await moduleOf(
      `(module (import "host" "count" (func $count)) (func (export "f") (param f32) (call $count)))`,
      {
        count: () => void calls++,
      },
    );
    const stacks = stacksFor({ params: ["f32"], results: [] });
    const ending = { state: "ready" };
    await stacks.call(ending, f as CoreCallable, [1]);
    assert.equal(calls, 1);
    const call = stacks.call(ending, f as CoreCallable, [1]);
    ending.state = "disposed";
    assert.equal(await call, undefined);
    assert.equal(calls, 1);
  });

  it("does not accept functions of other types, nor of the same one in a recursion group", async () => {
    const own = await moduleOf(`(module
      (rec (type $f (func (param i32))) (type (func)))
      (func (export "plain") (param i32))
      (func (export "other") (param i64))
      (func (export "grouped") (type $f)))`);
    const stacks = stacksFor({ params: ["i32"], results: [] });
    const accepted = ["plain", "other", "grouped"].map((name) => stacks.accepts(own[name] as CoreCallable));
    assert.deepEqual(accepted, [true, false, false]);
  });
});
