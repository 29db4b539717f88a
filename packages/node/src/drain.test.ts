import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, createServer, isRpcError, type RpcError, type Server } from "@witwire/rpc";
import { type Interceptor, retry } from "@witwire/rpc/interceptors";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connect } from "./connect.ts";
import { type Listener, listen } from "./listen.ts";
import { drainWit } from "./testing/drain-wit.ts";

const work = findInterface(parseWit(drainWit), "work");

const TRANSPORTS = 4;
const LOOPS = 8;
const REPLACEMENTS = 8;

/** Servers that follow each other at one address while clients call without a pause. */
class Relay {
  /** How often each call has run, whichever server it was. */
  readonly runs: Map<number, number> = new Map();
  #server: Server;
  #listener: Listener;

  static async open(): Promise<Relay> {
    return new Relay(await listen(createServer(), "tcp://[::1]:0"));
  }

  private constructor(listener: Listener) {
    this.#listener = listener;
    this.#server = createServer();
  }

  get address(): string {
    return this.#listener.address;
  }

  async start(): Promise<void> {
    const { address } = this.#listener;
    await this.#listener.close();
    await this.#next(address);
  }

  /** @param closesFirst whether the address is given up before the server drains, rather than a moment later */
  async replace(closesFirst: boolean): Promise<void> {
    const [server, { address }] = [this.#server, this.#listener];
    if (closesFirst) await this.#listener.close();
    const drained = server.drain();
    if (!closesFirst) {
      // Clients come back, to find that the server still drains.
      await sleep(20);
      await this.#listener.close();
    }
    await this.#next(address);
    await drained;
    const { calls, handles } = server.stats();
    assert.deepEqual({ calls, handles }, { calls: 0, handles: 0 });
  }

  async close(): Promise<void> {
    await this.#listener.close();
    await this.#server.close();
  }

  async #next(address: string): Promise<void> {
    this.#server = createServer();
    this.#server.serve(work, {
      run: async (id: number) => {
        this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
        await sleep(id % 4);
        return id;
      },
    });
    this.#listener = await listen(this.#server, address);
  }
}

interface Load {
  calls: number;
  attempts: number;
  readonly failures: Map<number, RpcError>;
}

/** Calls from many places at once while servers are replaced. */
async function underLoad(interceptors: readonly Interceptor[]): Promise<{ load: Load; runs: Map<number, number> }> {
  const relay = await Relay.open();
  await relay.start();
  const load: Load = { calls: 0, attempts: 0, failures: new Map() };
  let stopped = false;
  const countAttempts: Interceptor = (_call, next) => {
    load.attempts++;
    return next();
  };
  const callAlways = async (run: (id: number) => Promise<unknown>): Promise<void> => {
    while (!stopped) {
      const id = load.calls++;
      try {
        assert.equal(await run(id), id);
      } catch (error) {
        if (!isRpcError(error)) throw error;
        load.failures.set(id, error);
        await sleep(1);
      }
    }
  };
  const transports = Array.from({ length: TRANSPORTS }, () => connect(relay.address));
  // The very first calls of a client leave before anybody has answered it, so what becomes of them is not known.
  for (const transport of transports) await createClient(work, transport).run?.(load.calls++);
  load.attempts = load.calls;
  const loops = transports.flatMap((transport) => {
    const client = createClient(work, transport, { interceptors: [...interceptors, countAttempts] });
    return Array.from({ length: LOOPS }, () => callAlways((id) => client.run?.(id) as Promise<unknown>));
  });
  for (let count = 0; count < REPLACEMENTS; count++) {
    await sleep(50);
    await relay.replace(count % 2 === 0);
  }
  stopped = true;
  await Promise.all(loops);
  await Promise.all(transports.map((transport) => transport.close()));
  await relay.close();
  return { load, runs: relay.runs };
}

test("servers are replaced under load, and with retries no call fails or runs twice", async () => {
  const { load, runs } = await underLoad([retry({ attempts: 20, backoff: { first: 10, most: 200 } })]);
  assert.deepEqual([...load.failures.values()], []);
  assert.ok(load.attempts > load.calls, "no call had to be made again, so that nothing was tested");
  assert.equal(runs.size, load.calls);
  assert.deepEqual(
    [...runs].filter(([, count]) => count !== 1),
    [],
  );
});

test("without retries the calls that fail say that they have not run, and have not", async () => {
  const { load, runs } = await underLoad([]);
  assert.ok(load.failures.size > 0, "no call failed, so that nothing was tested");
  for (const [id, error] of load.failures) {
    assert.deepEqual([error.code, error.started, error.retryable], ["unavailable", "no", true], error.message);
    assert.equal(runs.get(id), undefined, `call ${id} failed, and ran`);
  }
  assert.equal(runs.size, load.calls - load.failures.size);
  assert.deepEqual(
    [...runs].filter(([, count]) => count !== 1),
    [],
  );
});

test("server processes are replaced under load, and no call fails or runs twice", { timeout: 60_000 }, async () => {
  const runs = new Map<number, number>();
  const start = async (wanted: string): Promise<{ child: ChildProcess; address: string }> => {
    const script = new URL("./testing/draining-server.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, wanted], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [address] = (await once(lines, "line")) as [string];
    lines.on("line", (id) => runs.set(Number(id), (runs.get(Number(id)) ?? 0) + 1));
    return { child, address };
  };
  let { child, address } = await start("tcp://[::1]:0");
  const transport = connect(address);
  const client = createClient(work, transport, {
    interceptors: [retry({ attempts: 1000, backoff: { first: 10, most: 200 } })],
  });
  const call = async (id: number): Promise<void> => assert.equal(await client.run?.(id), id);
  await call(0);
  let calls = 1;
  let stopped = false;
  const loops = Array.from({ length: 16 }, async () => {
    while (!stopped) await call(calls++);
  });
  for (let count = 0; count < 3; count++) {
    await sleep(50);
    child.kill("SIGTERM");
    const [code, signal] = await once(child, "close");
    assert.deepEqual([code, signal], [0, null], "it drains, and then has nothing left to do");
    ({ child, address } = await start(address));
  }
  await sleep(50);
  stopped = true;
  await Promise.all(loops);
  await transport.close();
  child.kill("SIGTERM");
  await once(child, "close");
  assert.equal(runs.size, calls);
  assert.deepEqual(
    [...runs].filter(([, count]) => count !== 1),
    [],
  );
});
