import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GuestExit, sync } from "@witwire/wit/values";
import { type ComponentError, ComponentExit, compile } from "./index.ts";
import { trap } from "./testing/compliance/memory-guest-session.ts";
import { guestOf } from "./testing/guest-files.ts";
import { forceGarbageCollection } from "./testing/heap.ts";
import { buildAskingGuest, identityForms, identityName } from "./testing/identity-guest.ts";
import type { TestType } from "./testing/test-type.ts";
import { everyType } from "./testing/test-types.ts";
import { sampleValues } from "./testing/test-values.ts";

// biome-ignore lint/suspicious/noExplicitAny: guests are called with whatever the test is about
type SyncApi<Names extends string> = Readonly<Record<Names, (...args: any[]) => any>>;
type CallsApi = SyncApi<"echo" | "step" | "checked" | "swallow" | "swallowLegacy" | "trap">;

const calls = { step: (n: number): unknown => n + 1, note: () => {}, checked: (n: number) => n };

async function startCalls(host: object): Promise<{ api: CallsApi; state(): string }> {
  const component = await compile(await guestOf("calls", "calls", "guest"));
  const instance = component.instantiateSync({ "test:calls/host": { ...calls, ...host } });
  return { api: instance.exports["test:calls/api"] as unknown as CallsApi, state: () => instance.state };
}

describe("instantiateSync", () => {
  test("gives exports that answer at once, for every type", async () => {
    const types: TestType[] = everyType.map(([, type]) => type).filter(({ tag }) => tag !== "result");
    const names = types.flatMap((_, index) => identityForms.map((form) => identityName(form, index)));
    const echo = (...args: unknown[]): unknown => (args.length > 2 ? args.slice(0, -1) : args[0]);
    const component = await compile(await buildAskingGuest(types, "utf8"));
    using instance = component.instantiateSync({
      "test:identity/inner": Object.fromEntries(names.map((name) => [name, echo])),
    });
    const api = instance.exports["test:identity/outer"] as unknown as SyncApi<string>;
    for (const [index, type] of types.entries()) {
      for (const value of sampleValues(type, 5)) {
        assert.deepStrictEqual(api[identityName("alone", index)]?.(value), value);
      }
    }
  });

  test("makes resources with new, and drops them with using", async () => {
    const component = await compile(await guestOf("resources", "resources", "guest"));
    class Item {
      get(): number {
        return 1;
      }
      static larger(): number {
        return 0;
      }
    }
    using instance = component.instantiateSync({
      "test:resources/host": { Item, make: () => new Item(), take() {}, look: () => 0, trade() {} },
    });
    const things = instance.exports["test:resources/things"] as unknown as SyncApi<"consume" | "destroyed"> & {
      Thing: (new (n: number) => SyncApi<"get" | "add"> & Disposable) & SyncApi<"fresh" | "sum">;
    };
    {
      using thing = new things.Thing(5);
      thing.add(2);
      assert.equal(thing.get(), 7);
      assert.ok(thing instanceof things.Thing);
    }
    assert.deepEqual(things.destroyed(), [1, 7]);
    assert.equal(things.consume(things.Thing.fresh(3)), 3);
    assert.deepEqual(things.destroyed(), [4, 10]);
    assert.equal(instance.stats().handles, 0);
  });

  test("100,000 resources made and dropped leave nothing behind", async () => {
    const component = await compile(await guestOf("resources", "resources", "guest"));
    const host = { Item: Object.assign(() => {}, { larger() {} }), make() {}, take() {}, look() {}, trade() {} };
    using instance = component.instantiateSync({ "test:resources/host": host });
    const things = instance.exports["test:resources/things"] as unknown as SyncApi<"destroyed"> & {
      Thing: new (n: number) => SyncApi<"get"> & Disposable;
    };
    const cycles = (count: number): Promise<number> => {
      for (let index = 0; index < count; index++) {
        using thing = new things.Thing(index);
        assert.equal(thing.get(), index);
      }
      return forceGarbageCollection();
    };
    const early = await cycles(20_000);
    const { memoryBytes } = instance.stats();
    const late = await cycles(80_000);
    assert.ok(late <= early * 1.05, `the heap grew from ${early} to ${late} bytes`);
    assert.equal(things.destroyed()[0], 100_000);
    const { handles, importedResources, memoryBytes: after } = instance.stats();
    assert.deepEqual([handles, importedResources, after], [0, 0, memoryBytes]);
  });

  test("runs start functions and destructors that call imports", async () => {
    const component = await compile(await guestOf("start", "start", "guest"));
    using instance = component.instantiateSync({ "test:start/host": { step: (n: number) => n * 10 } });
    const api = instance.exports["test:start/api"] as unknown as SyncApi<"told" | "steps"> & {
      Thing: new (n: number) => Disposable;
    };
    assert.equal(api.told(), 10);
    new api.Thing(4)[Symbol.dispose]();
    assert.equal(api.told(), 40);
    assert.throws(
      () => component.instantiateSync({ "test:start/host": { step: () => Promise.resolve(1) } }),
      trap(/step.*promise/),
    );
  });

  test("traps where an import answers with a promise, whatever becomes of that", async () => {
    for (const step of [async () => 5, () => Promise.reject(new Error("unseen")), () => new Promise(() => {})]) {
      for (const name of ["step", "swallow", "swallowLegacy"] as const) {
        const guest = await startCalls({ step });
        assert.throws(() => guest.api[name](1), trap(/step.*promise/));
        assert.equal(guest.state(), "poisoned");
        assert.throws(() => guest.api.echo(1), trap());
      }
    }
  });

  test("fails calls whose import throws, whatever the guest does about it", async () => {
    const broken = new Error("no step");
    for (const name of ["step", "swallow", "swallowLegacy"] as const) {
      const guest = await startCalls({
        step: () => {
          throw broken;
        },
      });
      assert.throws(
        () => guest.api[name](1),
        (error) => {
          trap(/no step/)(error);
          assert.equal((error as ComponentError).cause, broken);
          return true;
        },
      );
      assert.equal(guest.state(), "poisoned");
    }
  });

  test("refuses calls that come from inside", async () => {
    const guest = await startCalls({
      step: (n: number) => {
        assert.throws(() => guest.api.echo(n), trap(/cannot re-enter/));
        return n + 5;
      },
    });
    assert.equal(guest.api.step(1), 6);
    assert.equal(guest.api.echo(2), 2);
  });

  test("ends with the guest that asks for it", async () => {
    const guest = await startCalls({
      step: () => {
        throw new GuestExit(0);
      },
    });
    assert.throws(() => guest.api.swallow(1), ComponentExit);
    assert.equal(guest.state(), "exited");
    assert.throws(() => guest.api.echo(1), { code: "exit" });
  });

  test("refuses arguments that do not fit, and traps as the guest does", async () => {
    const guest = await startCalls({});
    assert.throws(() => guest.api.echo("1"), { code: "invalid-argument" });
    assert.equal(guest.api.echo(1), 1);
    assert.throws(() => guest.api.trap(), trap());
  });
});

describe("imports marked with sync, where others may await", () => {
  test("are called without suspending the guest, and must keep their promise", async () => {
    const component = await compile(await guestOf("calls", "calls", "guest"));
    const host = { ...calls, step: sync((n: number) => n * 2), note: sync(() => {}), checked: sync((n: number) => n) };
    using instance = await component.instantiate({ "test:calls/host": host });
    const api = instance.exports["test:calls/api"] as unknown as CallsApi;
    const answer = api.step(4);
    assert.ok(answer instanceof Promise, "exports return promises all the same");
    assert.equal(await answer, 8);
    const lying = { ...host, step: sync(() => Promise.resolve(1) as never) };
    using broken = await component.instantiate({ "test:calls/host": lying });
    await assert.rejects((broken.exports["test:calls/api"] as unknown as CallsApi).step(1), trap(/step.*promise/));
  });
});
