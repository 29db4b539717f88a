import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { uncatchable, wasmStack } from "./uncatchable.ts";
import { promising, suspending, webAssembly } from "./web-assembly.ts";

/**
 * A module that calls its import `h.f` under `catch_all`, and answers 99 where it caught something:
 *
 *     (func (export "run") (result i32)
 *       block $caught
 *         try_table (catch_all $caught) call $f end
 *         i32.const 0 return
 *       end
 *       i32.const 99)
 */
const catching = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f, 2, 7, 1, 1, 0x68, 1, 0x66, 0, 0, 3, 2, 1, 1,
  7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 1, 10, 21, 1, 19, 0, 0x02, 0x40, 0x1f, 0x40, 1, 2, 0, 0x10, 0, 0x0b, 0x41, 0, 0x0f,
  0x0b, 0x41, 0xe3, 0, 0x0b,
]);
const run = (f: object): (() => number) => {
  const instance = new webAssembly.Instance(new webAssembly.Module(catching), { h: { f } });
  return instance.exports.run as () => number;
};

describe("an error for a guest that catches everything", () => {
  it("is needed: what JavaScript throws is caught", () => {
    assert.equal(
      run(() => {
        throw new Error("lost");
      })(),
      99,
    );
  });

  it("is not caught", () => {
    const cause = new Error("why");
    const error = uncatchable("an import failed", cause);
    assert.throws(
      run(() => {
        throw error;
      }),
      (thrown: Error) => thrown === error && thrown.message === "an import failed" && thrown.cause === cause,
    );
  });

  it("is not caught either when it comes as a rejection", async () => {
    const error = uncatchable("an import failed", undefined);
    const suspended = run(suspending(() => Promise.reject(error)));
    await assert.rejects(promising(suspended)(), (thrown) => thrown === error);
  });

  it("has the guest's frames on its stack, and not the one that made it", () => {
    const outer = run(() => {
      throw uncatchable("an import failed", undefined);
    });
    assert.throws(outer, (thrown) => {
      const stack = wasmStack(thrown);
      return stack !== undefined && stack.split("\n").length === 1 && stack.includes("wasm-function[1]");
    });
    assert.equal(wasmStack(uncatchable("outside", undefined)), undefined);
  });
});
