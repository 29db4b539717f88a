/** What calls and streams have to stand over a network that is bad: see {@link crossRoughNetwork}. */
import assert from "node:assert/strict";
import {
  type ClientOptions,
  createClient,
  createServer,
  type DynamicClient,
  type InvocationTransport,
  isRpcError,
  processBufferedBytes,
  type RpcError,
  type Server,
  type ServerOptions,
} from "@witwire/rpc";
import { retry } from "@witwire/rpc/interceptors";
import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Stream } from "@witwire/wit/values";
import type { RoughProxy } from "./rough-proxy.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

const contract: ContractRef = findInterface(
  parseWit(`
    package test:rough;
    interface ledger {
      note: func(id: u32) -> u32;
      upload: func(id: u32, v: stream<u8>) -> u64;
      download: func(id: u32, size: u32) -> stream<u8>;
      echo: func(id: u32, v: stream<u8>) -> stream<u8>;
      wait: func(id: u32) -> string;
    }
  `),
  "ledger",
);

/** A server that keeps count of what has run. */
export interface Ledger extends AsyncDisposable {
  readonly server: Server;
  /** How often calls have run, by their number. */
  readonly runs: ReadonlyMap<number, number>;
}

export function openLedger(options: Pick<ServerOptions, "limits"> = {}): Ledger {
  const runs = new Map<number, number>();
  const note = (id: number): number => {
    const times = (runs.get(id) ?? 0) + 1;
    runs.set(id, times);
    return times;
  };
  const server = createServer({ ...options, onFailure: () => {} });
  server.serve(contract, {
    note,
    upload: async (id: number, v: Stream<Uint8Array>) => {
      note(id);
      let size = 0;
      for await (const chunk of v) size = take(id, size, chunk);
      return BigInt(size);
    },
    download: (id: number, size: number) => {
      note(id);
      return pieces(id, size);
    },
    echo: (id: number, v: unknown) => {
      note(id);
      return v;
    },
    wait: (id: number, { signal }: { signal: AbortSignal }) => {
      note(id);
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve("gone")));
    },
  });
  return { server, runs, [Symbol.asyncDispose]: () => server.close({ grace: 0 }) };
}

export interface Crossing {
  readonly ledger: Ledger;
  /** What the transports go through, and the server's own connections where it has some. */
  readonly proxy: RoughProxy;
  /** A transport through the proxy. */
  readonly connect: () => InvocationTransport;
  /** Codes that calls may fail with, apart from `cancelled` where a caller gives up. */
  readonly codes: readonly string[];
  /** Whether a server may never learn that a caller has gone. What waits for it runs on then, until the server closes. Default `false`. */
  readonly forgets?: boolean;
  /** Milliseconds during which calls begin; longer where that was not enough of them. */
  readonly during: number;
  /** Milliseconds that a call has. */
  readonly timeout: number;
  readonly seed: number;
}

/**
 * Makes calls of every kind until the time is up: as they are, with retries, and with retries of functions that are marked as
 * idempotent; streams up, down and there and back; calls that are cancelled. Then checks that
 *
 * - what failed did so with an `RpcError` of an expected code,
 * - nothing has run that was said not to have begun, nothing has run twice unless it may, and what was answered has run,
 * - no byte of a stream is lost, invented or out of order, and a stream that ends is whole,
 * - once the network is calm, the same transports work without help,
 * - nothing is left of it on either side,
 * - and the network was bad indeed.
 */
export async function crossRoughNetwork(crossing: Crossing): Promise<void> {
  const { ledger, proxy, connect, forgets = false } = crossing;
  await using opened = new AsyncDisposableStack();
  const open = (): InvocationTransport => opened.adopt(connect(), (transport) => transport.close({ force: true }));
  const transports = [open(), open()] as const;
  const crowd = new Crowd(crossing);
  const client = (transport: InvocationTransport, options: ClientOptions = {}): DynamicClient =>
    createClient(contract, transport, options);
  const backoff = { first: 10, most: 100 };
  await Promise.all([
    ...transports.flatMap((transport) => [
      ...times(3, () => crowd.note(client(transport), "once")),
      ...times(2, () => crowd.note(client(transport, { interceptors: [retry({ backoff })] }), "once")),
      crowd.note(client(transport, { interceptors: [retry({ backoff, idempotent: () => true })] }), "often"),
    ]),
    ...times(2, () => crowd.echo(client(transports[0]))),
    crowd.upload(client(transports[1])),
    crowd.download(client(transports[0])),
    crowd.giveUp(client(transports[1])),
  ]);
  proxy.calm();
  for (const transport of transports) await worksAgain(client(transport), crowd);
  if (!forgets) await settles(() => ledger.server.stats().calls, "calls that run");
  crowd.checkRuns();
  for (const transport of transports) await transport.close();
  await ledger.server.close(forgets ? { grace: 0 } : {});
  await settles(() => processBufferedBytes(), "bytes that nobody reads");
  for (const transport of transports) {
    assert.deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
  }
  assert.deepEqual(ledger.server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  const { answered, failed } = crowd;
  assert.ok(crowd.isEnough, `${answered} answered, ${failed} failed, ${proxy.cuts} cuts`);
}

/** Milliseconds that calls go on to begin beyond their time, until there were enough. */
const PATIENCE = 15_000;

/** What a caller knows of a call. */
type Outcome = "answered" | RpcError;

/** Callers that go on until the time is up, whatever comes of their calls. */
class Crowd {
  answered = 0;
  failed = 0;
  readonly #crossing: Crossing;
  readonly #random: Random;
  readonly #end: number;
  readonly #outcomes = new Map<number, { readonly may: "once" | "often"; readonly outcome: Outcome }>();
  #last = 0;

  constructor(crossing: Crossing) {
    this.#crossing = crossing;
    this.#random = seededRandom(crossing.seed);
    this.#end = performance.now() + crossing.during;
  }

  note(client: DynamicClient, may: "once" | "often"): Promise<void> {
    return this.#goOn(may, async (id) => {
      const runs = await client.note?.(id, this.#options());
      if (may === "once") assert.equal(runs, 1, `call ${id}`);
    });
  }

  echo(client: DynamicClient): Promise<void> {
    return this.#goOn("once", async (id) => {
      const size = this.#size();
      const stream = await client.echo?.(id, pieces(id, size), this.#options());
      assert.equal(await takeAll(id, stream as Stream<Uint8Array>), size, "a stream that ends is whole");
    });
  }

  upload(client: DynamicClient): Promise<void> {
    return this.#goOn("once", async (id) => {
      const size = this.#size();
      assert.equal(await client.upload?.(id, pieces(id, size), this.#options()), BigInt(size));
    });
  }

  download(client: DynamicClient): Promise<void> {
    return this.#goOn("once", async (id) => {
      const size = this.#size();
      const stream = await client.download?.(id, size, this.#options());
      assert.equal(await takeAll(id, stream as Stream<Uint8Array>), size, "a stream that ends is whole");
    });
  }

  /** Calls that nothing answers until their caller has gone. */
  giveUp(client: DynamicClient): Promise<void> {
    return this.#goOn("once", async (id) => {
      const signal = AbortSignal.timeout(1 + this.#random(100));
      await assert.rejects(
        client.wait?.(id, { signal, timeout: this.#crossing.timeout }) as Promise<unknown>,
        (error) => {
          if (isRpcError(error) && error.code === "cancelled") return true;
          throw error;
        },
      );
    });
  }

  /** Makes one call. @returns whether it was answered */
  async attempt(may: "once" | "often", call: (id: number) => Promise<void>): Promise<boolean> {
    const id = ++this.#last;
    try {
      await call(id);
      this.answered++;
      this.#outcomes.set(id, { may, outcome: "answered" });
      return true;
    } catch (error) {
      if (!isRpcError(error)) throw error;
      assert.ok(this.#crossing.codes.includes(error.code), `${error.code}: ${error.message}`);
      this.failed++;
      this.#outcomes.set(id, { may, outcome: error });
      return false;
    }
  }

  /** Whether there was enough of everything, which takes its time on a machine that is busy. */
  get isEnough(): boolean {
    return this.answered > 50 && this.failed > 0 && this.#crossing.proxy.cuts > 1;
  }

  /** @throws AssertionError where a caller was told what is not so */
  checkRuns(): void {
    for (const [id, { may, outcome }] of this.#outcomes) {
      const runs = this.#crossing.ledger.runs.get(id) ?? 0;
      const what = outcome === "answered" ? outcome : `${outcome.code}, started ${outcome.started}: ${outcome.message}`;
      if (may === "once") assert.ok(runs <= 1, `call ${id} ran ${runs} times (${what})`);
      if (outcome !== "answered" && outcome.started === "no") assert.equal(runs, 0, `call ${id} ran (${what})`);
    }
  }

  async #goOn(may: "once" | "often", call: (id: number) => Promise<void>): Promise<void> {
    while (performance.now() < this.#end || (performance.now() < this.#end + PATIENCE && !this.isEnough)) {
      // Where the peer cannot be reached at all, calls fail at once.
      if (!(await this.attempt(may, call))) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #options(): { readonly timeout: number } {
    return { timeout: this.#crossing.timeout };
  }

  /** Bytes of a stream: mostly few, sometimes more than any window. */
  #size(): number {
    return this.#random(4) === 0 ? this.#random(200_000) : this.#random(4000);
  }
}

/** Attempts until a call works again: connections are made with the next call, or by whoever listens. */
async function worksAgain(client: DynamicClient, crowd: Crowd): Promise<void> {
  const note = async (id: number): Promise<void> => {
    assert.equal(await client.note?.(id, { timeout: 5000 }), 1);
  };
  for (let attempts = 0; attempts < 200; attempts++) {
    if (await crowd.attempt("once", note)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail("nothing works, although the network is calm");
}

async function settles(count: () => number, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (count() > 0) {
    assert.ok(performance.now() < end, `${count()} ${what} are left`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** So many bytes in pieces of all sizes, each byte with a value that its place and its stream give it. */
async function* pieces(id: number, size: number): AsyncGenerator<Uint8Array> {
  const random = seededRandom(id);
  for (let at = 0; at < size; ) {
    const piece = new Uint8Array(Math.min(size - at, 1 + random(9000)));
    for (let index = 0; index < piece.length; index++) piece[index] = (id + at + index) % 251;
    at += piece.length;
    yield piece;
    if (random(4) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function takeAll(id: number, stream: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of stream) size = take(id, size, chunk);
  return size;
}

/** @returns the bytes so far. @throws AssertionError for a byte that is out of place */
function take(id: number, size: number, chunk: Uint8Array): number {
  for (let index = 0; index < chunk.length; index++) {
    if (chunk[index] !== (id + size + index) % 251) assert.fail(`byte ${size + index} of stream ${id} is out of place`);
  }
  return size + chunk.length;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
