import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connect, listen } from "@witwire/node";
import { createClient, createServer, type DynamicClient, type RpcError, type SessionTransport } from "@witwire/rpc";
import { reflection } from "@witwire/rpc/reflection";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { type HostOptions, serveComponent } from "./component-host.ts";
import { backingGuest, guestWit, resourcesGuest, workerGuest } from "./testing/guests.ts";
import { pipeGuest } from "./testing/wire-guests.ts";

const contract = parseWit(guestWit);
const backend = findInterface(contract, "backend");

/** The worker behind one session, with its imports behind another. */
async function withWorker(
  importAddress: `tcp://${string}`,
  body: (client: DynamicClient, imports: SessionTransport, failures: RpcError[]) => Promise<void>,
  options: HostOptions = {},
): Promise<void> {
  const failures: RpcError[] = [];
  const imports = connect(importAddress);
  const server = createServer({ onFailure: ({ error }) => failures.push(error) });
  const host = serveComponent(await workerGuest(), server, {
    remote: { transport: imports },
    importTimeout: 5_000,
    ...options,
  });
  const listener = await listen(server, "tcp://[::1]:0");
  const transport = connect(listener.address);
  await body(createClient(findInterface(contract, "work"), transport), imports, failures);
  await transport.close();
  await listener.close();
  await server.close({ grace: 0 });
  await host[Symbol.asyncDispose]();
  await imports.close();
  assert.deepEqual(host.stats(), { instances: 0, idle: 0, running: 0, waiting: 0 });
  const { invocations, connections, timers } = imports.stats();
  assert.deepEqual({ invocations, connections, timers }, { invocations: 0, connections: 0, timers: 0 });
}

/** A component that answers `backend`, over sessions. */
async function serveBacking(address = "tcp://[::1]:0") {
  const server = createServer({ onFailure: () => {} });
  const host = serveComponent(await backingGuest(), server);
  const listener = await listen(server, address);
  return {
    address: listener.address as `tcp://${string}`,
    server,
    async end(grace = 0): Promise<void> {
      await listener.close();
      await server.close({ grace });
      await host[Symbol.asyncDispose]();
    },
  };
}

/** What the caller of `ask` learns, which over a session is why it failed. */
async function askFails(client: DynamicClient, message: RegExp): Promise<void> {
  await assert.rejects(client.ask?.("anybody?") as Promise<unknown>, (error: RpcError) => {
    assert.equal(error.code, "trap");
    assert.equal(error.started, "yes");
    assert.match(error.message, message);
    return true;
  });
  assert.equal(await client.echo?.("still here"), "still here", "the next call works");
}

async function workAgain(client: DynamicClient): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      assert.equal(await client.ask?.("again"), "again");
      return;
    } catch (error) {
      if (tries > 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe("imports over a session", () => {
  test("of many instances share one connection", async () => {
    const backing = await serveBacking();
    await withWorker(backing.address, async (client, imports) => {
      const texts = Array.from({ length: 50 }, (_, index) => `call ${index}`);
      assert.deepEqual(await Promise.all(texts.map((text) => client.ask?.(text))), texts);
      assert.deepEqual(
        await Promise.all([client.try?.(5), client.try?.(0)].map((call) => call?.catch((error) => error.payload))),
        [5, "zero"],
      );
      assert.equal(backing.server.stats().connections, 1);
      assert.equal(imports.state, "ready");
    });
    await backing.end();
  });

  test("trap the guest while nobody is there, and work when somebody is", async () => {
    const gone = await serveBacking();
    await gone.end();
    await withWorker(gone.address, async (client, _imports, failures) => {
      await askFails(client, /the import test:host\/backend#ask failed: .*ECONNREFUSED/);
      const failure = failures.at(-1);
      assert.ok(failure?.cause instanceof Error);
      const { cause } = failure.cause;
      assert.equal((cause as RpcError).code, "unavailable");
      assert.equal((cause as RpcError).started, "no");
      const back = await serveBacking(gone.address);
      await workAgain(client);
      await back.end();
    });
  });

  test("trap the guest when the connection is lost, and work after a restart", async () => {
    const first = await serveBacking();
    await withWorker(first.address, async (client) => {
      assert.equal(await client.ask?.("a"), "a");
      await first.end();
      await askFails(client, /the import test:host\/backend#ask failed: /);
      const second = await serveBacking(first.address);
      await workAgain(client);
      assert.equal(second.server.stats().connections, 1);
      await second.end();
    });
  });

  test("are cancelled with the call that made them, and their connection stays", async () => {
    const aborted = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const server = createServer({ onFailure: () => {} });
    server.serve(backend, {
      ask: (text: string, { signal }: CallContext) => {
        if (text === "again") return text;
        return new Promise<string>((_resolve, reject) => {
          asked.resolve();
          signal.addEventListener("abort", () => {
            aborted.resolve();
            reject(signal.reason);
          });
        });
      },
      try: () => 0,
    });
    await using listener = await listen(server, "tcp://[::1]:0");
    await withWorker(listener.address as `tcp://${string}`, async (client) => {
      const caller = new AbortController();
      const call = client.ask?.("long", { signal: caller.signal }) as Promise<unknown>;
      await asked.promise;
      caller.abort();
      await assert.rejects(call, { code: "cancelled" });
      await aborted.promise;
      assert.equal(await client.ask?.("again"), "again");
      assert.equal(server.stats().connections, 1);
    });
    await server.close({ grace: 0 });
  });

  test("take no longer than they may, and the next one does not suffer", async () => {
    const server = createServer({ onFailure: () => {} });
    server.serve(backend, {
      ask: (text: string) => (text === "again" ? text : new Promise<string>(() => {})),
      try: () => 0,
    });
    await using listener = await listen(server, "tcp://[::1]:0");
    const address = listener.address as `tcp://${string}`;
    await withWorker(
      address,
      async (client) => {
        await askFails(client, /the import test:host\/backend#ask failed: /);
        assert.equal(await client.ask?.("again"), "again");
      },
      { importTimeout: 200 },
    );
    await server.close({ grace: 0 });
  });
});

test("what components serve can be asked for, as it is on the wire, and their imports stay private", async () => {
  const server = createServer({ onFailure: () => {} });
  await using _worker = serveComponent(await workerGuest(), server, {
    remote: { transport: connect("tcp://[::1]:1") },
  });
  await using _resources = serveComponent(await resourcesGuest(), server, {
    remote: { transport: connect("tcp://[::1]:1") },
  });
  await using listener = await listen(server, "tcp://[::1]:0");
  const transport = connect(listener.address as `tcp://${string}`);
  const client = createClient(reflection, transport);
  const [text = "", ...others] = await client.contracts();
  assert.deepEqual(others, []);
  const work = findInterface(parseWit(text), "test:host/work");
  assert.deepEqual(
    work.functions.map(({ name }) => name),
    findInterface(contract, "work").functions.map(({ name }) => name),
  );
  assert.doesNotMatch(text, /backend/);
  for (const { name, functions } of await client.instances()) {
    const own = parseWit(await client.contract(name));
    assert.ok(own.packages.length > 0 && functions.length > 0, name);
  }
  await using _pipe = serveComponent(await pipeGuest(), server, { remote: { transport: connect("tcp://[::1]:1") } });
  const piping = await client.contract("test:wire/piping");
  assert.match(piping, /count: func\(data: stream<u8>\) -> u64;/);
  assert.doesNotMatch(piping, /wasi:io|input-stream/);
  await transport.close({ force: true });
  await server.close({ grace: 0 });
});
