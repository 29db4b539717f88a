/** Resources over NATS: their handles are those of plain wRPC. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Scheme } from "./testing/harness.ts";
import { failsWith, Stage } from "./testing/stage.ts";

const counters = findInterface(
  parseWit(`
    package test:counters;
    interface counters {
      resource counter { constructor(start: u32); increment: func(by: u32) -> u32; }
      consume: func(c: counter) -> u32;
    }
  `),
  "counters",
);

class Counter {
  #value: number;

  constructor(start: number) {
    this.#value = start;
  }

  increment(by: number): number {
    this.#value += by;
    return this.#value;
  }
}

for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
  test(`${scheme}: a resource lives with its server until it is given back`, { timeout: 30_000 }, async () => {
    await using stage = new Stage(scheme);
    const { server } = await stage.serve(counters, { Counter, consume: (counter: Counter) => counter.increment(0) });
    const client = stage.client(counters);
    const counter = await client.Counter?.new(40);
    assert.equal(await counter?.increment?.(2), 42);
    assert.equal(server.stats().handles, 1);
    assert.equal(await client.consume?.(counter), 42);
    assert.equal(server.stats().handles, 0);
    const other = await client.Counter?.new(1);
    await server.close();
    await failsWith(other?.increment?.(1), "unavailable", { started: "no" });
  });
}
