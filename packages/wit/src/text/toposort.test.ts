import assert from "node:assert/strict";
import { test } from "node:test";
import { sortByDependency } from "./toposort.ts";
import { Work } from "./work.ts";

const sort = (dependencies: number[][]): unknown => sortByDependency(dependencies, new Work());

test("what is independent keeps its order", () => {
  assert.deepEqual(sort([[], [], []]), { order: [0, 1, 2] });
});

test("dependencies come first, the smallest number next", () => {
  assert.deepEqual(sort([[3], [], [0], []]), { order: [1, 3, 0, 2] });
  assert.deepEqual(sort([[4], [0, 0], [], [2], []]), { order: [2, 3, 4, 0, 1] });
});

test("a circle is reported as one edge of it", () => {
  assert.deepEqual(sort([[0]]), { cycle: 0, through: 0 });
  assert.deepEqual(sort([[1], [2], [1]]), { cycle: 2, through: 1 });
  assert.deepEqual(sort([[], [0, 3], [], [1]]), { cycle: 3, through: 1 });
});
