import assert from "node:assert/strict";
import { test } from "node:test";
import { createWasi } from "@witwire/wasi";
import { forceGarbageCollection } from "../../component/src/testing/heap.ts";
import { hostComponent } from "./component-host.ts";
import { workerGuest } from "./testing/guests.ts";

interface Work {
  ask(text: string, options?: object): Promise<string>;
  divide(a: number, b: number): Promise<number>;
  trap(): Promise<void>;
}

test("memory stays flat, whichever way calls end", async () => {
  const backend = {
    ask: (text: string) => (text === "hang" ? new Promise(() => {}) : text),
    try: (a: number) => a,
  };
  await using host = hostComponent(await workerGuest(), {
    perInstance: () => createWasi(),
    local: { "test:host/backend": backend },
    maxInstances: 4,
  });
  const work = host.exports["test:host/work"] as Work;
  const round = async (): Promise<void> => {
    await Promise.all([
      work.ask("x".repeat(1000)),
      assert.rejects(work.divide(1, 0)),
      assert.rejects(work.trap()),
      assert.rejects(work.ask(7 as never)),
      assert.rejects(work.ask("hang", { timeout: 2 })),
      assert.rejects(work.ask("x", { signal: AbortSignal.abort() })),
    ]);
  };
  for (let index = 0; index < 60; index++) await round();
  const early = await forceGarbageCollection();
  for (let index = 0; index < 240; index++) await round();
  const late = await forceGarbageCollection();
  while (host.stats().instances > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(host.stats(), { instances: 0, idle: 0, running: 0, waiting: 0 });
  assert.ok(late <= early * 1.05, `${early} bytes after a fifth of the calls, ${late} after all`);
});
