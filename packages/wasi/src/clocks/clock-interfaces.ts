import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import type { Scope } from "../scope.ts";
import { Alarm } from "./alarm.ts";
import { type MonotonicClock, systemMonotonicClock } from "./monotonic-clock.ts";
import { systemWallClock, type WallClock } from "./wall-clock.ts";

export interface ClockOptions {
  /** Default: the system's time of day. */
  readonly wallClock?: WallClock;
  /** Default: Node's own, from 0 at the start of the instance. */
  readonly monotonicClock?: MonotonicClock;
}

const latest = 0xffff_ffff_ffff_ffffn;

/** All of `wasi:clocks`. */
export function clockInterfaces(scope: Scope, options: ClockOptions): Record<string, object> {
  const { wallClock = systemWallClock, monotonicClock: clock = systemMonotonicClock() } = options;
  const subscribeInstant = (when: bigint): Pollable => new Pollable(scope, new Alarm(clock, when));
  const subscribeDuration = (duration: bigint): Pollable => {
    const when = clock.now() + duration;
    return subscribeInstant(when > latest ? latest : when);
  };
  return {
    "wasi:clocks/monotonic-clock": {
      now: sync(() => clock.now()),
      resolution: sync(() => clock.resolution),
      subscribeInstant: sync(subscribeInstant),
      subscribeDuration: sync(subscribeDuration),
    },
    "wasi:clocks/wall-clock": {
      now: sync(() => wallClock.now()),
      resolution: sync(() => wallClock.resolution),
    },
  };
}
