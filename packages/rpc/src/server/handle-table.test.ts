import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_LIMITS } from "../limits.ts";
import { Timers } from "../timers.ts";
import { HandleTable } from "./handle-table.ts";

test("a handle finds its resource by bytes and type until it is removed", () => {
  const timers = new Timers();
  const table = new HandleTable(DEFAULT_LIMITS, timers);
  const resource = {};
  const handle = table.add("a#r", resource);
  assert.equal(handle.length, 16);
  assert.equal(table.get("a#r", handle.slice()), resource);
  for (const [type, bytes] of [
    ["a#other", handle],
    ["a#r", handle.slice(1)],
    ["a#r", new Uint8Array(1_000_000)],
  ] as const) {
    assert.throws(() => table.get(type, bytes), { code: "not-found" });
  }
  assert.equal(timers.running, 1);
  table.remove(handle);
  table.remove(handle);
  assert.throws(() => table.get("a#r", handle), { code: "not-found" });
  assert.deepEqual([table.size, timers.running], [0, 0]);
});

test("a resource with several handles is disposed of with the last", () => {
  const table = new HandleTable(DEFAULT_LIMITS, new Timers());
  let disposed = 0;
  const resource = { [Symbol.dispose]: () => void disposed++ };
  const [one, two] = [table.add("a#r", resource), table.add("a#r", resource)];
  assert.notDeepEqual(one, two);
  table.remove(one);
  assert.equal(table.get("a#r", two), resource);
  assert.equal(table.free(resource), true);
  assert.equal(table.free(resource), false);
  assert.equal(disposed, 0, "whoever frees it knows");
  table.add("a#r", resource);
  table.add("a#r", resource);
  table.clear();
  assert.equal(disposed, 1);
});

test("a resource that cannot be disposed of does not keep the others", (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const table = new HandleTable(DEFAULT_LIMITS, new Timers());
  let disposed = 0;
  table.add("a#r", {
    [Symbol.dispose]: () => {
      throw new Error("stuck");
    },
  });
  table.add("a#r", { [Symbol.dispose]: () => void disposed++ });
  table.clear();
  assert.deepEqual([disposed, table.size, reported.mock.callCount()], [1, 0, 1]);
});
