import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { guestStacks } from "./core/guest-stacks.ts";
import { maxParked, parkedStacks } from "./core/kept-stacks.ts";
import { type ComponentError, compile } from "./index.ts";
import { type CallsGuest, type CallsHost, defer, idle, startCalls } from "./testing/compliance/calls-guest.ts";
import type { Engine } from "./testing/compliance/engine.ts";
import { guestOf } from "./testing/guest-files.ts";
import { forceGarbageCollection } from "./testing/heap.ts";

const engine = { compile };
const hangGuard = { timeout: 120_000 };

async function start(count: number, host: Partial<CallsHost>): Promise<CallsGuest[]> {
  const component = await compile(await guestOf("calls", "calls", "guest"));
  const once: Engine = { compile: async () => component };
  return Promise.all(Array.from({ length: count }, () => startCalls(once, host)));
}

function dispose(guests: readonly Disposable[]): void {
  for (const guest of guests) guest[Symbol.dispose]();
}

describe("many calls in flight, each in an instance of its own", hangGuard, () => {
  test("get their own answers, whatever the order in which their imports answer", async () => {
    const guests = await start(200, {
      step: async (n) => {
        for (let turns = (n * 7) % 5; turns > 0; turns--) await idle();
        return n * 3;
      },
    });
    for (let round = 0; round < 3; round++) {
      const sums = await Promise.all(guests.map((guest, n) => guest.api.work(n, 4)));
      assert.deepEqual(
        sums,
        guests.map((_, n) => BigInt([1, 2, 3, 4].reduce((sum, level) => sum + (n + level) * 3, 0))),
      );
    }
    assert.equal(guestStacks(), 0);
    assert.ok(parkedStacks() <= maxParked);
    dispose(guests);
  });

  test("1,000 are suspended at a time, and go on", async () => {
    const gate = defer<number>();
    const guests = await start(1_000, { step: () => gate.promise });
    const calls = guests.map((guest) => guest.api.step(1));
    await idle();
    assert.equal(guestStacks(), 1_000);
    const refused = await startCalls(engine, {}, { maxSuspendedCalls: 1_000 });
    await assert.rejects(refused.api.step(1), { code: "resource-exhausted" });
    gate.resolve(42);
    assert.deepEqual(new Set(await Promise.all(calls)), new Set([42]));
    assert.equal(guestStacks(), 0);
    assert.ok(parkedStacks() <= maxParked);
    dispose([refused, ...guests]);
  });

  test("some trap, and the others do not notice", async () => {
    const guests = await start(100, { step: async (n) => n + 1 });
    const outcomes = await Promise.allSettled(
      guests.map(({ api }, n) => {
        if (n % 5 === 1) return api.stepAndTrap(n);
        if (n % 5 === 2) return api.divide(n, 0);
        if (n % 5 === 3) return api.overflow(0);
        return n % 5 === 4 ? api.trap() : api.step(n);
      }),
    );
    for (const [n, outcome] of outcomes.entries()) {
      if (n % 5 === 0) assert.deepEqual(outcome, { status: "fulfilled", value: n + 1 });
      else {
        assert.equal(outcome.status, "rejected");
        const { code, wasmStack = "" } = outcome.reason as ComponentError;
        assert.equal(code, "trap");
        assert.match(wasmStack, /wasm:\/\//);
        assert.doesNotMatch(wasmStack, /witwire-stack/, "only the guest's frames are shown");
      }
    }
    assert.equal(guestStacks(), 0);
    dispose(guests);
  });

  test("are over at once when their instances are disposed: before the guest runs, and while it is suspended", async () => {
    let steps = 0;
    const host = {
      step: () => {
        steps++;
        return new Promise<number>(() => {});
      },
    };
    const warm = await start(64, { step: async (n: number) => n });
    await Promise.all(warm.map((guest) => guest.api.step(1)));
    dispose(warm);
    assert.ok(parkedStacks() > 32);
    for (const later of [false, true]) {
      steps = 0;
      const guests = await start(32, host);
      const outcomes = Promise.allSettled(guests.map((guest) => guest.api.step(1)));
      if (later) await idle();
      const before = steps;
      dispose(guests);
      for (const outcome of await outcomes) {
        assert.equal(outcome.status, "rejected");
        assert.equal(outcome.reason.code, "disposed");
      }
      assert.equal(steps, before, "no import is called after that");
      assert.equal(guestStacks(), 0);
    }
  });

  test("run in the asynchronous context of their caller, however they get there", async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (readonly [string | undefined, string | undefined])[] = [];
    const guests = await start(20, {
      note: async () => {
        const first = storage.getStore();
        await idle();
        seen.push([first, storage.getStore()]);
      },
    });
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        guests.map(({ api }, n) =>
          storage.run(`${round}/${n}`, async () => {
            await api.note(n);
            assert.equal(storage.getStore(), `${round}/${n}`);
          }),
        ),
      );
      const expected = guests.map((_, n) => `${round}/${n}`);
      assert.deepEqual(seen.splice(0).sort(), expected.map((name) => [name, name]).sort());
    }
    dispose(guests);
  });

  test("leave nothing behind: 100,000 of them, 64 in flight", async () => {
    const guests = await start(64, { step: async (n) => n });
    const rounds = async (count: number): Promise<number> => {
      for (let round = 0; round < count; round++) await Promise.all(guests.map((guest, n) => guest.api.step(n)));
      return forceGarbageCollection();
    };
    await rounds(100);
    const before = await rounds(100);
    const after = await rounds(100_000 / 64);
    assert.ok(after - before < 200_000, `${after - before} bytes more`);
    assert.equal(guestStacks(), 0);
    dispose(guests);
  });

  test("keep nothing alive once they are over: neither their instance, nor what their caller's context held", async () => {
    const storage = new AsyncLocalStorage<object>();
    const held: WeakRef<object>[] = [];
    const startOne = async (): Promise<CallsGuest> => {
      const step = async (n: number): Promise<number> => n;
      held.push(new WeakRef(step));
      const [guest] = await start(1, { step });
      return guest as CallsGuest;
    };
    const inContext = (body: () => Promise<unknown>): Promise<unknown> => {
      const context = { of: "one call" };
      held.push(new WeakRef(context));
      return storage.run(context, body);
    };
    const run = async (): Promise<void> => {
      const guests = await Promise.all(Array.from({ length: 64 }, startOne));
      // No other test calls a function of this signature that does not trap, so its stacks are new.
      await Promise.all(guests.map(({ api }) => inContext(() => api.swallowMany(1, 2))));
      await Promise.allSettled(guests.slice(0, 20).map(({ api }) => inContext(() => api.stepAndTrap(1))));
    };
    await run();
    assert.ok(parkedStacks() > 30);
    const alive = (): number => held.filter((object) => object.deref() !== undefined).length;
    // A busy machine may leave one on the stack of an interpreted function until that has run again.
    for (let round = 0; round < 10 && alive() > 0; round++) await forceGarbageCollection();
    assert.equal(alive(), 0);
  });

  test("do not keep the process running", async () => {
    const script = `
      import { startCalls } from ${JSON.stringify(import.meta.resolve("./testing/compliance/calls-guest.ts"))};
      import { compile } from ${JSON.stringify(import.meta.resolve("./index.ts"))};
      const host = { step: async (n) => n, note: () => new Promise(() => {}) };
      const guests = await Promise.all(Array.from({ length: 40 }, () => startCalls({ compile }, host)));
      const sum = (await Promise.all(guests.map((guest) => guest.api.step(2)))).reduce((a, b) => a + b);
      for (const guest of guests) guest.api.note(1);
      console.log(sum);`;
    await guestOf("calls", "calls", "guest");
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    assert.equal(stdout.trim(), "80");
  });
});
