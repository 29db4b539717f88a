import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.ts";

/** The longest of many waits, each after the same history. */
function longest(history: readonly (number | undefined)[]): number {
  let most = 0;
  for (let round = 0; round < 300; round++) {
    const backoff = new Backoff();
    most = Math.max(most, ...history.map((lasted) => backoff.failed(lasted)).slice(-1));
  }
  return most;
}

test("waits grow with every failure in a row, up to a bound", () => {
  const none = undefined;
  const waits = [1, 2, 3, 4].map((failures) => longest(Array.from({ length: failures }, () => none)));
  for (const [index, wait] of waits.entries())
    assert.ok(wait > 100 * 2 ** index && wait <= 250 * 2 ** index, waits.join());
  const bound = longest(Array.from({ length: 40 }, () => none));
  assert.ok(bound > 20_000 && bound <= 30_000, String(bound));
});

test("the first connection that is lost is made again at once, a second soon after is not", () => {
  assert.equal(longest([100]), 0);
  assert.ok(longest([100, 100]) > 0);
});

test("a connection that has lasted makes up for earlier failures", () => {
  assert.equal(longest([undefined, undefined, undefined, 20_000]), 0);
});
