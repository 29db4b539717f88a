import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { type CallContext, construct } from "@witwire/wit/values";
import { guestStacks } from "../../core/guest-stacks.ts";
import type { ComponentInstance } from "../../index.ts";
import { guestOf } from "../guest-files.ts";
import { type CallsApi, defer, idle, startCalls } from "./calls-guest.ts";
import type { Engine, Functions } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

const hangGuard = { timeout: 120_000 };

/** Many calls on one instance: one after the other inside, bounded, never waiting for themselves, and cancellable. */
export function concurrencyCompliance(engine: Engine): void {
  const nothing = { running: 0, queued: 0, awaitedImports: 0, handles: 0, importedResources: 0 };
  const held = (instance: ComponentInstance): object => {
    const { memoryBytes: _, ...rest } = instance.stats();
    return rest;
  };

  describe("many calls on one instance", hangGuard, () => {
    test("100 at once, whose imports await, get their own answers, with the guest's stack intact", async () => {
      let inside = 0;
      let most = 0;
      const step = async (n: number): Promise<number> => {
        most = Math.max(most, ++inside);
        for (let turns = n % 4; turns > 0; turns--) await idle();
        inside--;
        return n * 3;
      };
      using guest = await startCalls(engine, { step });
      const calls = Array.from({ length: 100 }, (_, n) => guest.api.work(n, 5));
      const { running, queued } = guest.instance.stats();
      assert.deepEqual([running, queued], [1, 99]);
      const sums = await Promise.all(calls);
      assert.deepEqual(
        sums,
        sums.map((_, n) => BigInt([1, 2, 3, 4, 5].reduce((sum, level) => sum + (n + level) * 3, 0))),
      );
      assert.equal(most, 1, "one call is inside at a time");
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("come in the order in which they were made", async () => {
      const order: number[] = [];
      using guest = await startCalls(engine, {
        step: async (n) => {
          order.push(n);
          if (n % 3 === 0) await idle();
          return n;
        },
      });
      const numbers = Array.from({ length: 20 }, (_, n) => n);
      await Promise.all(numbers.map((n) => guest.api.step(n)));
      assert.deepEqual(order, numbers);
    });

    test("are refused beyond the bound, and the others are answered", async () => {
      const gate = defer<void>();
      const limits = { maxQueuedCalls: 10 };
      using guest = await startCalls(engine, { step: (n) => gate.promise.then(() => n) }, limits);
      const calls = Array.from({ length: 14 }, (_, n) => guest.api.step(n));
      const outcomes = Promise.allSettled(calls);
      await idle();
      gate.resolve();
      for (const [n, outcome] of (await outcomes).entries()) {
        if (n < 11) assert.deepEqual(outcome, { status: "fulfilled", value: n });
        else {
          assert.equal(outcome.status, "rejected");
          assert.equal(outcome.reason.code, "resource-exhausted");
          assert.match(outcome.reason.message, /maxQueuedCalls/);
        }
      }
      assert.equal(await guest.api.step(50), 50);
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("are refused when too many calls of the process are suspended", async () => {
      const gate = defer<void>();
      const limits = { maxSuspendedCalls: guestStacks() + 3 };
      const guests = await Promise.all(
        [0, 1, 2, 3, 4].map(() => startCalls(engine, { step: (n) => gate.promise.then(() => n) }, limits)),
      );
      const outcomes = Promise.allSettled(guests.map((guest) => guest.api.step(1)));
      await idle();
      gate.resolve();
      const refused = (await outcomes).filter((outcome) => outcome.status === "rejected");
      assert.equal(refused.length, 2);
      for (const { reason } of refused) {
        assert.equal(reason.code, "resource-exhausted");
        assert.match(reason.message, /maxSuspendedCalls/);
      }
      for (const guest of guests) {
        assert.equal(await guest.api.step(7), 7, "it was refused before the guest saw anything of it");
        guest[Symbol.dispose]();
      }
    });

    test("after a trap, those that wait are refused", async () => {
      const gate = defer<number>();
      using guest = await startCalls(engine, { step: () => gate.promise });
      const first = guest.api.stepAndTrap(1);
      const waiting = [guest.api.echo(1), guest.api.step(2)];
      const outcomes = Promise.allSettled([first, ...waiting]);
      gate.resolve(1);
      for (const outcome of await outcomes) {
        assert.equal(outcome.status, "rejected");
        trap()(outcome.reason);
      }
      assert.equal(guest.instance.state, "poisoned");
      assert.deepEqual(held(guest.instance), nothing);
    });
  });

  describe("calls that come from inside", hangGuard, () => {
    const reentry = trap(/cannot re-enter/);

    test("fail at once where they would wait for themselves", async () => {
      const failures: unknown[] = [];
      using guest = await startCalls(engine, {
        step: async (n) => {
          await guest.api.echo(n).catch((error) => failures.push(error));
          await idle();
          await guest.api.echo(n).catch((error) => failures.push(error));
          return n;
        },
      });
      assert.equal(await guest.api.step(5), 5, "the call that led there may go on");
      assert.equal(failures.length, 2);
      for (const failure of failures) reentry(failure);
      assert.equal(await guest.api.echo(6), 6);
    });

    test("fail the import that does not catch that", async () => {
      using guest = await startCalls(engine, { step: (n) => guest.api.echo(n) });
      await assert.rejects(guest.api.step(5), trap(/step.*cannot re-enter/));
      assert.equal(guest.instance.state, "poisoned");
    });

    test("fail at once by way of another instance", async () => {
      using inner = await startCalls(engine, { step: (n) => outer.api.echo(n) });
      using outer = await startCalls(engine, { step: (n) => inner.api.step(n) });
      await assert.rejects(outer.api.step(5), trap(/cannot re-enter/));
    });

    test("may come when the call that led there is over", async () => {
      const later = defer<Promise<number>>();
      using guest = await startCalls(engine, {
        step: (n) => {
          setImmediate(() => later.resolve(guest.api.echo(n + 1)));
          return n;
        },
      });
      assert.equal(await guest.api.step(5), 5);
      assert.equal(await await later.promise, 6);
    });

    test("of others wait for their turn", async () => {
      const reached = defer<void>();
      const gate = defer<number>();
      using guest = await startCalls(engine, {
        step: () => {
          reached.resolve();
          return gate.promise;
        },
      });
      const first = guest.api.step(1);
      await reached.promise;
      const second = guest.api.echo(2);
      gate.resolve(10);
      assert.deepEqual(await Promise.all([first, second]), [10, 2]);
    });
  });

  describe("callers that give up", hangGuard, () => {
    const started = async (): Promise<Inside> => {
      const reached = defer<CallContext>();
      const gate = defer<number>();
      const guest = await startCalls(engine, {
        step: (_n, context) => {
          reached.resolve(context);
          return gate.promise;
        },
      });
      return { ...guest, reached: reached.promise, finish: gate.resolve, fail: gate.reject };
    };

    test("are told so at once, and so is the import; the guest goes on, and then takes the next call", async () => {
      using guest = await started();
      const controller = new AbortController();
      const call = guest.api.step(1, { signal: controller.signal });
      const next = guest.api.echo(2);
      const context = await guest.reached;
      assert.equal(context.signal.aborted, false);
      controller.abort(new Error("changed my mind"));
      await assert.rejects(call, (error: Error & { code: string }) => {
        assert.equal(error.code, "cancelled");
        assert.equal((error.cause as Error).message, "changed my mind");
        return true;
      });
      assert.equal(context.signal.aborted, true);
      assert.equal(guest.instance.stats().running, 1);
      guest.finish(1);
      assert.equal(await next, 2);
      assert.equal(guest.instance.state, "ready");
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("leave their place in line", async () => {
      using guest = await started();
      const controller = new AbortController();
      const first = guest.api.step(1);
      const waiting = guest.api.echo(2, { signal: controller.signal });
      await guest.reached;
      assert.equal(guest.instance.stats().queued, 1);
      controller.abort();
      await assert.rejects(waiting, { code: "cancelled" });
      assert.equal(guest.instance.stats().queued, 0);
      guest.finish(4);
      assert.equal(await first, 4);
    });

    test("do not get in with a signal that was aborted before", async () => {
      using guest = await started();
      await assert.rejects(guest.api.echo(1, { signal: AbortSignal.abort() }), { code: "cancelled" });
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("by a timeout: inside, and in line", async () => {
      using guest = await started();
      const inside = guest.api.step(1, { timeout: 30 });
      const waiting = guest.api.echo(2, { timeout: 30 });
      const context = await guest.reached;
      assert.ok(context.timeRemaining() <= 30);
      await assert.rejects(inside, { code: "deadline-exceeded" });
      await assert.rejects(waiting, { code: "deadline-exceeded" });
      assert.equal(context.signal.aborted, true);
      guest.finish(1);
      assert.equal(await guest.api.echo(3), 3);
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("and whose import fails after that: the instance is poisoned, nobody else is told", async () => {
      using guest = await started();
      const controller = new AbortController();
      const call = guest.api.step(1, { signal: controller.signal });
      await guest.reached;
      controller.abort();
      await assert.rejects(call, { code: "cancelled" });
      guest.fail(new Error("too late"));
      await assert.rejects(guest.api.echo(2), trap(/too late/));
      assert.deepEqual(held(guest.instance), nothing);
    });

    test("hand on what is left of their time to the imports that the guest calls", async () => {
      using inner = await started();
      using outer = await startCalls(engine, { step: (n, context) => inner.api.step(n, context) });
      const controller = new AbortController();
      const call = outer.api.step(1, { timeout: 60_000, signal: controller.signal });
      const context = await inner.reached;
      const remaining = context.timeRemaining();
      assert.ok(remaining > 0 && remaining <= 60_000, `${remaining} ms remain`);
      controller.abort();
      await assert.rejects(call, { code: "cancelled" });
      assert.equal(context.signal.aborted, true);
      inner.finish(1);
      await assert.rejects(
        outer.api.echo(1),
        { code: "trap" },
        "its import failed, since the inner call was cancelled",
      );
    });

    test("leave nothing on a signal that many calls have", async () => {
      using guest = await startCalls(engine, { step: async (n) => n });
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 50 }, (_, n) => guest.api.step(n, { signal, timeout: 60_000 })));
      assert.deepEqual(getEventListeners(signal, "abort"), []);
    });

    test("have given up for all imports that the guest still calls", async () => {
      const contexts: CallContext[] = [];
      const reached = defer<void>();
      const gate = defer<number>();
      using guest = await startCalls(engine, {
        step: (_n, context) => {
          contexts.push(context);
          reached.resolve();
          return gate.promise;
        },
      });
      const controller = new AbortController();
      const call = guest.api.work(1, 3, { signal: controller.signal });
      await reached.promise;
      controller.abort();
      await assert.rejects(call, { code: "cancelled" });
      gate.resolve(1);
      assert.equal(await guest.api.echo(1), 1);
      assert.deepEqual(
        contexts.map((context) => context.signal.aborted),
        [true, true, true],
      );
    });

    test("leave no resource behind that they did not get", async () => {
      const things = await engine.compile(await guestOf("resources", "resources", "guest"));
      const gate = defer<void>();
      const reached = defer<void>();
      const user = await engine.compile(await guestOf("resource-user", "resources", "user"));
      class Item {}
      const host = { Item, make() {}, take() {}, look() {}, trade() {} };
      using inner = await things.instantiate({
        "test:resources/host": { ...host, Item: Object.assign(Item, { larger() {} }) },
      });
      const offered = inner.exports["test:resources/things"] as unknown as Record<string, unknown>;
      const Slow = Object.assign(() => {}, {
        [construct]: async (n: number): Promise<unknown> => {
          reached.resolve();
          await gate.promise;
          return (offered.Thing as { [construct]: (n: number) => Promise<unknown> })[construct](n);
        },
        sum() {},
      });
      using outer = await user.instantiate({ "test:resources/things": { ...offered, Thing: Slow } });
      const lending = outer.exports["test:resources/lending"] as unknown as Functions<"make" | "churn">;
      const controller = new AbortController();
      const call = lending.make(5, { signal: controller.signal });
      await reached.promise;
      controller.abort();
      await assert.rejects(call, { code: "cancelled" });
      gate.resolve();
      assert.equal(await lending.churn(0), 0, "the next call gets in when the guest is done");
      const destroyed = offered.destroyed as () => Promise<number[]>;
      assert.deepEqual(await destroyed(), [1, 5]);
      assert.deepEqual([held(outer), held(inner)], [nothing, nothing]);
    });
  });

  describe("disposing an instance", hangGuard, () => {
    test("from an import that it called ends that call", async () => {
      for (const later of [false, true]) {
        const guest = await startCalls(engine, {
          step: async (n) => {
            if (later) await idle();
            guest[Symbol.dispose]();
            if (later) await idle();
            return n;
          },
        });
        await assert.rejects(guest.api.work(1, 3), { code: "disposed" });
        assert.equal(guest.instance.state, "disposed");
        await idle();
        await idle();
        assert.deepEqual(guest.instance.stats(), { ...nothing, memoryBytes: 0 });
      }
    });

    test("ends the call inside and those in line", async () => {
      const reached = defer<CallContext>();
      const guest = await startCalls(engine, {
        step: (_n, context) => {
          reached.resolve(context);
          return new Promise(() => {});
        },
      });
      const outcomes = Promise.allSettled([guest.api.step(1), guest.api.echo(2)]);
      await reached.promise;
      guest[Symbol.dispose]();
      for (const outcome of await outcomes) {
        assert.equal(outcome.status, "rejected");
        assert.equal(outcome.reason.code, "disposed");
      }
      await assert.rejects(guest.api.echo(3), { code: "disposed" });
      assert.equal(guest.instance.state, "disposed");
      assert.deepEqual(guest.instance.stats(), { ...nothing, memoryBytes: 0 });
    });
  });
}

interface Inside extends Disposable {
  readonly instance: ComponentInstance;
  readonly api: CallsApi;
  readonly reached: Promise<CallContext>;
  finish(value: number): void;
  fail(error: unknown): void;
}
