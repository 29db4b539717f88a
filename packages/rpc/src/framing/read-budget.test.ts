import assert from "node:assert/strict";
import { test } from "node:test";
import { processBufferedBytes, ReadBudget } from "./read-budget.ts";

const limits = { readAheadBytes: 100_000, maxBufferedBytes: 300_000, maxProcessBufferedBytes: 1_000_000 };

test("reading stops at the read-ahead, goes on for a hungry consumer, and gives up at the budget", () => {
  const budget = new ReadBudget(limits);
  budget.add(99_999);
  assert.equal(budget.verdict, "read");
  budget.add(1);
  assert.equal(budget.verdict, "pause");
  budget.hungrier();
  assert.equal(budget.verdict, "read");
  budget.add(200_000);
  assert.equal(budget.verdict, "exhausted");
  budget.lessHungry();
  assert.equal(budget.verdict, "pause");
  budget.add(-300_000);
  assert.equal(budget.verdict, "read");
  assert.equal(processBufferedBytes(), 0);
});

test("a full process leaves little to every invocation, so that small ones still go on", () => {
  const greedy = new ReadBudget({ ...limits, readAheadBytes: 2_000_000 });
  greedy.add(1_000_000);
  const small = new ReadBudget(limits);
  small.add(1000);
  small.hungrier();
  assert.equal(small.verdict, "read");
  small.add(16_000);
  assert.equal(small.verdict, "exhausted");
  assert.equal(greedy.verdict, "pause");
  greedy.add(-1_000_000);
  assert.equal(small.verdict, "read");
  small.add(-17_000);
});
