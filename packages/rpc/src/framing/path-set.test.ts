import assert from "node:assert/strict";
import { test } from "node:test";
import { PathSet } from "./path-set.ts";

test("paths match declarations, of which a number and a wildcard may stand at the same depth", () => {
  const set = new PathSet([[0], [0, "*", 1], [0, 2], [1, "*"]]);
  const declared = [[0], [0, 5, 1], [0, 2], [0, 2, 1], [1, 0], [1, 4_000_000_000]];
  const others = [[], [1], [2], [0, 1], [0, 2, 0], [0, 5], [0, 5, 1, 0], [1, 0, 0]];
  for (const path of declared) assert.equal(set.has(path), true, path.join());
  for (const path of others) assert.equal(set.has(path), false, path.join());
  assert.equal(new PathSet([]).has([0]), false);
});
