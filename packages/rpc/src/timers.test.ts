import assert from "node:assert/strict";
import { test } from "node:test";
import { Timers } from "./timers.ts";

test("timers count while they run, and stopping them twice counts once", async () => {
  const timers = new Timers();
  const { promise, resolve } = Promise.withResolvers<void>();
  const fired = timers.start(1, resolve);
  const stopped = timers.start(60_000, assert.fail);
  assert.equal(timers.running, 2);
  stopped.stop();
  stopped.stop();
  assert.equal(timers.running, 1);
  await promise;
  fired.stop();
  assert.equal(timers.running, 0);
});

test("waits that setTimeout cannot have are as good as none, rather than over at once", async () => {
  const timers = new Timers();
  for (const delay of [Number.POSITIVE_INFINITY, 2 ** 31, Number.NaN]) timers.start(delay, assert.fail).stop();
  timers.start(Number.POSITIVE_INFINITY, assert.fail);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(timers.running, 0);
});
