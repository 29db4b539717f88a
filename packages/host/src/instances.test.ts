import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { type ComponentHost, hostComponent } from "./component-host.ts";
import { guestWit, workerGuest } from "./testing/guests.ts";
import { serveOverTcp } from "./testing/served.ts";

interface Work {
  count(options?: object): Promise<number>;
  ask(text: string, options?: object): Promise<string>;
  echo(text: string, options?: object): Promise<string>;
  divide(a: number, b: number): Promise<number>;
  trap(): Promise<void>;
}

const work = findInterface(parseWit(guestWit), "work");
const component = await workerGuest();

/** Answers when it is told to. */
class Backend {
  readonly waiting: (() => void)[] = [];
  most = 0;
  readonly local = {
    "test:host/backend": {
      ask: (text: string) =>
        new Promise<string>((resolve) => {
          this.waiting.push(() => resolve(text));
          this.most = Math.max(this.most, this.waiting.length);
        }),
      try: (a: number) => a,
    },
  };

  release(): void {
    for (const answer of this.waiting.splice(0)) answer();
  }
}

function workOf(host: ComponentHost): Work {
  return host.exports["test:host/work"] as Work;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

const { local } = new Backend();
const nothing = { instances: 0, idle: 0, running: 0, waiting: 0 };

describe("instances", () => {
  test("serve one call each unless they are to be reused", async () => {
    await using host = hostComponent(component, { local });
    assert.deepEqual([await workOf(host).count(), await workOf(host).count()], [1, 1]);
    await until(() => host.stats().instances === 0);
    assert.deepEqual(host.stats(), nothing);
  });

  test("serve as many calls as they may, one after another", async () => {
    await using host = hostComponent(component, { local, reuse: 3 });
    const counts: number[] = [];
    for (let call = 0; call < 7; call++) counts.push(await workOf(host).count());
    assert.deepEqual(counts, [1, 2, 3, 1, 2, 3, 1]);
    assert.equal(host.stats().idle, 1);
  });

  test("are reused after err and after arguments that do not fit, and not after a trap", async () => {
    await using host = hostComponent(component, { local, reuse: 100 });
    const { count, divide, echo, trap } = workOf(host);
    await count();
    await assert.rejects(divide(1, 0), { payload: "division by zero" });
    await assert.rejects(echo(7 as never), { code: "invalid-argument", started: "no" });
    assert.equal(await count(), 2);
    await assert.rejects(trap(), { code: "trap", started: "yes" });
    assert.equal(await count(), 1);
  });

  test("are thrown away when they have waited for calls long enough", async () => {
    await using host = hostComponent(component, { local, reuse: 100, spare: 1, idleTimeout: 0 });
    const backend = workOf(host);
    await Promise.all([backend.count(), backend.count(), backend.count()]);
    await until(() => host.stats().instances === 1);
    assert.deepEqual(host.stats(), { ...nothing, instances: 1, idle: 1 });
  });

  test("can be made ahead", async () => {
    await using host = hostComponent(component, { local, spare: 2 });
    await host.prepare();
    assert.equal(host.stats().idle, 1);
    await workOf(host).count();
    await until(() => host.stats().idle === 2);
    assert.deepEqual(host.stats(), { ...nothing, instances: 2, idle: 2 });
  });

  test("cannot be made ahead when something is missing", async () => {
    await using host = hostComponent(component);
    await assert.rejects(host.prepare(), { code: "link" });
    await assert.rejects(workOf(host).count(), { code: "internal", message: /test:host\/backend" is missing/ });
    assert.deepEqual(host.stats(), nothing);
  });
});

describe("calls that find no free instance", () => {
  test("wait for one, first come, first served", async () => {
    const backend = new Backend();
    await using host = hostComponent(component, { local: backend.local, maxInstances: 2 });
    const done: number[] = [];
    const calls = Array.from({ length: 6 }, async (_, index) => {
      assert.equal(await workOf(host).ask(`${index}`), `${index}`);
      done.push(index);
    });
    while (done.length < 6) {
      await until(() => backend.waiting.length > 0);
      assert.ok(host.stats().instances <= 2);
      backend.release();
      await turn();
    }
    await Promise.all(calls);
    assert.deepEqual(done, [0, 1, 2, 3, 4, 5]);
    assert.equal(backend.most, 2);
  });

  test("are refused when too many wait", async () => {
    const backend = new Backend();
    await using host = hostComponent(component, { local: backend.local, maxInstances: 1, maxWaitingCalls: 1 });
    const first = workOf(host).ask("a");
    const second = workOf(host).ask("b");
    await assert.rejects(workOf(host).ask("c"), {
      code: "resource-exhausted",
      started: "no",
      message: /maxInstances.*maxWaitingCalls/,
    });
    await until(() => backend.waiting.length > 0);
    backend.release();
    assert.equal(await first, "a");
    await until(() => backend.waiting.length > 0);
    backend.release();
    assert.equal(await second, "b");
  });

  test("leave the line when their time is up or they are cancelled, and nobody loses a place", async () => {
    const backend = new Backend();
    await using host = hostComponent(component, { local: backend.local, maxInstances: 1 });
    const first = workOf(host).ask("a");
    await until(() => backend.waiting.length === 1);
    const caller = new AbortController();
    const left = Promise.all([
      assert.rejects(workOf(host).ask("b", { timeout: 5 }), { code: "deadline-exceeded", started: "no" }),
      assert.rejects(workOf(host).ask("c", { signal: caller.signal }), { code: "cancelled", started: "no" }),
    ]);
    const last = workOf(host).ask("d");
    caller.abort();
    await left;
    assert.equal(host.stats().waiting, 1);
    backend.release();
    assert.equal(await first, "a");
    await until(() => backend.waiting.length > 0);
    backend.release();
    assert.equal(await last, "d");
  });

  test("fail when the component shuts down, like those that run", async () => {
    const backend = new Backend();
    const host = hostComponent(component, { local: backend.local, maxInstances: 1 });
    const running = workOf(host).ask("a");
    const waiting = workOf(host).ask("b");
    await until(() => backend.waiting.length === 1);
    const failed = Promise.all([
      assert.rejects(running, { code: "unavailable" }),
      assert.rejects(waiting, { code: "unavailable", started: "no" }),
    ]);
    await host[Symbol.asyncDispose]();
    await failed;
    await assert.rejects(workOf(host).ask("c"), { code: "unavailable", started: "no" });
    assert.deepEqual(host.stats(), nothing);
  });
});

test("1,000 calls at the same time get their own answers from 8 instances", async () => {
  let inside = 0;
  let most = 0;
  const backend = {
    ask: async (text: string) => {
      most = Math.max(most, ++inside, served.host.stats().instances);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
      return text;
    },
    try: (a: number) => a,
  };
  await using served = await serveOverTcp(component, { local: { "test:host/backend": backend }, maxInstances: 8 });
  const client = createClient(work, served.transport);
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => client.ask?.(`call ${index}`)));
  assert.deepEqual(
    answers,
    Array.from({ length: 1000 }, (_, index) => `call ${index}`),
  );
  assert.ok(most <= 8, `${most} at the same time`);
  assert.ok(most > 1);
  await until(() => served.host.stats().instances === 0);
  assert.deepEqual(served.host.stats(), nothing);
  assert.deepEqual(served.failures, []);
  await until(() => served.server.stats().connections + served.transport.stats().invocations === 0);
  assert.deepEqual(served.server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  assert.deepEqual(served.transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
});

test("an instance can be lent for something else, and comes back", async () => {
  await using host = hostComponent(component, { local, reuse: 10, maxInstances: 1 });
  const lease = await host.lease();
  const { count } = lease.instance.exports["test:host/work"] as unknown as Work;
  assert.equal(await count(), 1);
  const waiting = workOf(host).count();
  await assert.rejects(host.lease({ timeout: 1 }), { code: "deadline-exceeded", started: "no" });
  lease.release();
  assert.equal(await waiting, 2);
  const other = await host.lease();
  other.release(true);
  assert.equal(await workOf(host).count(), 1, "one that failed is not used again");
});

test("a call that is given up frees its instance at once", async () => {
  const backend = new Backend();
  await using host = hostComponent(component, { local: backend.local, maxInstances: 1, reuse: 10 });
  await assert.rejects(workOf(host).ask("a", { timeout: 20 }), { code: "deadline-exceeded" });
  assert.equal(await workOf(host).count(), 1, "another instance");
});

test("what an instance is given for itself is disposed after it, however it ends", async () => {
  let made = 0;
  let disposed = 0;
  await using host = hostComponent(component, {
    perInstance: () => {
      made++;
      return {
        imports: local,
        async [Symbol.asyncDispose]() {
          await turn();
          disposed++;
        },
      };
    },
  });
  await workOf(host).count();
  await assert.rejects(workOf(host).trap(), { code: "trap" });
  await until(() => disposed === 2);
  assert.equal(made, 2);
  await using broken = hostComponent(component, {
    perInstance: () => ({ imports: {}, [Symbol.asyncDispose]: async () => void disposed++ }),
  });
  await assert.rejects(workOf(broken).count(), { code: "internal" });
  assert.equal(disposed, 3);
});
