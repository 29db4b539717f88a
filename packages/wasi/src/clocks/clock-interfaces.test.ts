import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pollable } from "../io/pollable.ts";
import { Scope } from "../scope.ts";
import { type ClockOptions, clockInterfaces } from "./clock-interfaces.ts";
import type { Datetime } from "./wall-clock.ts";

interface Clocks {
  readonly monotonic: {
    now(): bigint;
    resolution(): bigint;
    subscribeInstant(when: bigint): Pollable;
    subscribeDuration(duration: bigint): Pollable;
  };
  readonly wall: { now(): Datetime; resolution(): Datetime };
}

function clocks(options: ClockOptions = {}): Clocks {
  const interfaces = clockInterfaces(new Scope(), options);
  return {
    monotonic: interfaces["wasi:clocks/monotonic-clock"] as Clocks["monotonic"],
    wall: interfaces["wasi:clocks/wall-clock"] as Clocks["wall"],
  };
}

const hour = 3_600_000_000_000n;

/** Node's timers that are running. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

describe("the monotonic clock", () => {
  it("starts at nothing and never goes back", () => {
    const { monotonic } = clocks();
    const times = Array.from({ length: 100 }, () => monotonic.now());
    assert.ok((times[0] ?? hour) < hour);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => Number(a - b)),
    );
  });

  it("wakes whoever waits, not before time", async () => {
    const { monotonic } = clocks();
    for (const duration of [0n, 1n, 100_000n, 3_000_000n]) {
      const when = monotonic.now() + duration;
      const pollable = monotonic.subscribeInstant(when);
      await pollable.block();
      assert.ok(monotonic.now() >= when);
      assert.equal(pollable.ready(), true);
    }
  });

  it("keeps no timer for those who do not wait, nor after they are dropped", () => {
    const before = timers();
    const { monotonic } = clocks();
    const pollables = [hour, 0xffff_ffff_ffff_ffffn].map((duration) => monotonic.subscribeDuration(duration));
    assert.equal(timers(), before);
    for (const pollable of pollables) {
      assert.equal(pollable.ready(), false);
      void pollable.block();
      assert.equal(timers(), before + 1);
      pollable[Symbol.dispose]();
      assert.equal(timers(), before);
    }
  });
});

describe("the wall clock", () => {
  it("tells the time of day in nanoseconds", () => {
    const { wall } = clocks();
    const { seconds, nanoseconds } = wall.now();
    assert.ok(Math.abs(Date.now() - (Number(seconds) * 1000 + nanoseconds / 1e6)) < 60_000);
    assert.ok(nanoseconds >= 0 && nanoseconds < 1e9);
    assert.deepEqual(wall.resolution(), { seconds: 0n, nanoseconds: 1_000_000 });
  });

  it("may be another one", () => {
    const time = { seconds: 5n, nanoseconds: 7 };
    assert.deepEqual(clocks({ wallClock: { now: () => time, resolution: time } }).wall.now(), time);
  });
});
