import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closedLoop, timedLoop } from "./closed-loop.ts";

describe("closedLoop", () => {
  it("keeps as many calls in flight as asked, no more, and makes all of them", async () => {
    let running = 0;
    let most = 0;
    let made = 0;
    const call = async (): Promise<void> => {
      made++;
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    const result = await closedLoop(call, { calls: 100, warmup: 10, concurrency: 7 });
    assert.deepEqual({ made, most, running }, { made: 110, most: 7, running: 0 });
    assert.equal(result.calls, 100);
    assert.ok(result.callsPerSecond > 0 && result.p50 > 0 && result.p99 >= result.p50 && result.cpuPerCall > 0);
  });

  it("ends with the error of a call that fails", async () => {
    let made = 0;
    const call = async (): Promise<void> => {
      if (++made === 5) throw new Error("wrong answer");
    };
    await assert.rejects(closedLoop(call, { calls: 10, warmup: 0, concurrency: 1 }), { message: "wrong answer" });
  });
});

describe("timedLoop", () => {
  it("counts the calls that it makes in the time given", async () => {
    let made = 0;
    const call = async (): Promise<void> => {
      made++;
      await new Promise(setImmediate);
    };
    const { calls, callsPerSecond } = await timedLoop(call, { seconds: 0.02, concurrency: 3 });
    assert.ok(calls > 0 && calls === made && callsPerSecond > 0);
  });
});
