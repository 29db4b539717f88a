import assert from "node:assert/strict";
import type { Client } from "@witwire/rpc";
import { isRpcError, pipelined } from "@witwire/rpc";
import { type CallOptions, isWitError, Stream } from "@witwire/wit/values";
import type { Counter, Item, Soak } from "./contract.ts";
import type { Random } from "./random.ts";

/** A few calls of one kind, whose outcome is checked. */
export interface Activity {
  readonly name: string;
  /** How often it is picked, in comparison with the others. */
  readonly weight: number;
  /**
   * What its lane has to have: `handles`, that resources are not left behind, which they are for some time where plain
   * wRPC is cut; `session`, that both sides have resources.
   */
  readonly needs?: "handles" | "session";
  run(client: Client<Soak>, random: Random): Promise<void>;
}

export const activities: readonly Activity[] = [
  {
    name: "calls",
    weight: 8,
    async run(client, random) {
      const items = Array.from({ length: 1 + random.below(32) }, () => item(random));
      const echoed = await Promise.all(items.map((sent) => client.echo(sent)));
      assert.deepEqual(echoed, items);
    },
  },
  {
    name: "a large call",
    weight: 1,
    async run(client, random) {
      const blob = new Uint8Array(random.below(400_000)).fill(random.below(256));
      assert.deepEqual((await client.echo({ ...item(random), blob })).blob, blob);
    },
  },
  {
    name: "errors",
    weight: 2,
    async run(client) {
      assert.equal(await client.divide(7, 2), 3);
      await assert.rejects(client.divide(1, 0), (error) => isWitError(error) || throwing(error));
      await failsWith(client.fail(), "internal", "unknown");
      await assert.rejects(async () => client.divide(-1, 1), /-1/);
    },
  },
  {
    name: "deadlines",
    weight: 2,
    async run(client, random) {
      assert.equal(await client.sleep(2), 2);
      await failsWith(client.sleep(60_000, { timeout: 1 + random.below(20) }), "deadline-exceeded");
      await failsWith(client.never({ timeout: 1 + random.below(20) }), "deadline-exceeded");
    },
  },
  {
    name: "cancelled calls",
    weight: 2,
    async run(client, random) {
      await failsWith(
        cancelled(random, (options) => client.hang(options)),
        "cancelled",
      );
      await failsWith(client.hang({ signal: AbortSignal.abort() }), "cancelled");
    },
  },
  {
    name: "downloads",
    weight: 3,
    async run(client, random) {
      const size = random.below(300_000);
      let received = 0;
      for await (const chunk of await client.download(size)) received += chunk.length;
      assert.equal(received, size);
    },
  },
  {
    name: "uploads",
    weight: 3,
    async run(client, random) {
      const size = random.below(300_000);
      assert.equal(await client.upload(Stream.fromChunks(pieces(size, 1 + random.below(30_000)))), BigInt(size));
    },
  },
  {
    name: "an upload that breaks",
    weight: 1,
    async run(client, random) {
      const size = random.below(100_000);
      await assert.rejects(client.upload(Stream.fromChunks(breaking(size))), isRpcError);
    },
  },
  {
    name: "streams both ways",
    weight: 3,
    async run(client, random) {
      const numbers = Uint32Array.from({ length: random.below(20_000) }, (_, index) => index * 7);
      let at = 0;
      for await (const chunk of (await client.numbers(Stream.fromChunks(slices(numbers)))).chunks()) {
        for (const number of chunk) assert.equal(number, numbers[at++]);
      }
      assert.equal(at, numbers.length);
      const texts = Array.from({ length: random.below(200) }, (_, index) => `text ${index}`);
      const received: string[] = [];
      for await (const text of await client.texts(texts)) received.push(text);
      assert.deepEqual(received, texts);
    },
  },
  {
    name: "streams left early",
    weight: 2,
    async run(client, random) {
      let rest = random.below(20);
      for await (const _ of await client.endless()) if (rest-- <= 0) break;
      // Never read at all.
      (await client.endless()).cancel();
    },
  },
  {
    name: "streams that are cancelled or late",
    weight: 2,
    async run(client, random) {
      await failsWith(
        cancelled(random, (options) => drain(client.endless(options))),
        "cancelled",
      );
      await failsWith(drain(client.endless({ timeout: 1 + random.below(20) })), "deadline-exceeded");
    },
  },
  {
    name: "streams that break",
    weight: 1,
    async run(client, random) {
      await failsWith(drain(client.broken(random.below(1000))), "internal", "unknown");
    },
  },
  {
    name: "futures",
    weight: 2,
    async run(client, random) {
      const later = new Promise<string>((resolve) => setTimeout(resolve, random.below(10), "at last"));
      assert.equal(await client.later(later), "at last");
      assert.equal(await client.later(Promise.resolve("at once")), "at once");
    },
  },
  {
    name: "resources",
    weight: 2,
    needs: "handles",
    async run(client, random) {
      using counter = await client.Counter.new(random.below(1000));
      const value = await counter.increment(1);
      assert.equal(await counter.increment(2), value + 2);
      assert.equal(await client.read(counter), value + 2);
      assert.equal(await client.consume(counter), value + 2);
    },
  },
  {
    name: "many handles",
    weight: 2,
    needs: "session",
    async run(client, random) {
      const counters = await Promise.all(Array.from({ length: 30 }, (_, start) => client.Counter.new(start)));
      const home = await client.pass(counters.pop() as Counter);
      assert.equal(await home.increment(1), 30);
      // Some are given away, some are let go of, and some are lost sight of by a call that is cancelled.
      await Promise.all(counters.splice(0, 10).map((counter) => client.consume(counter)));
      const making = cancelled(random, (options) => client.Counter.new(1, options));
      const made = await making.catch((error) =>
        isRpcError(error) && error.code === "cancelled" ? undefined : throwing(error),
      );
      for (const counter of [home, made as Counter | undefined, ...counters]) counter?.[Symbol.dispose]();
    },
  },
  {
    name: "callbacks",
    weight: 2,
    needs: "session",
    async run(client, random) {
      const times = 1 + random.below(20);
      const disposed = Promise.withResolvers<void>();
      const notify = (number: number): number => number * 2;
      const sum = await client.watch({ notify, [Symbol.dispose]: disposed.resolve }, times);
      assert.equal(sum, times * (times - 1));
      await disposed.promise;
    },
  },
  {
    name: "pipelined calls",
    weight: 2,
    needs: "session",
    async run(client, random) {
      const start = random.below(1000);
      using counter = pipelined(client.Counter.new(start));
      assert.deepEqual(await Promise.all([counter.increment(1), counter.increment(2)]), [start + 1, start + 3]);
    },
  },
];

function item(random: Random): Item {
  return {
    id: random.below(2 ** 32),
    name: "n".repeat(random.below(50)),
    tags: Array.from({ length: random.below(5) }, (_, index) => `tag ${index}`),
    blob: new Uint8Array(random.below(200)).fill(7),
    weight: random.below(2) === 0 ? undefined : random.below(1000) / 8,
  };
}

/** @throws what it rejected with, unless it is an RpcError with one of the codes; AssertionError when it did not reject */
async function failsWith(call: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  await assert.rejects(call, (error) => (isRpcError(error) && codes.includes(error.code)) || throwing(error));
}

/** So that whoever runs the activity sees the error itself, and can tell whether it is a lost connection. */
function throwing(error: unknown): never {
  throw error;
}

/** Makes a call and cancels it after a moment. */
async function cancelled(random: Random, call: (options: CallOptions) => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), random.below(10));
  try {
    return await call({ signal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function drain(stream: Promise<Stream<unknown>>): Promise<void> {
  for await (const _ of (await stream).chunks()) {
    // Only how it ends is of interest.
  }
}

function* pieces(size: number, piece: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += piece) yield new Uint8Array(Math.min(piece, size - at));
}

function* breaking(size: number): Generator<Uint8Array> {
  yield* pieces(size, 10_000);
  throw new Error("this producer always breaks");
}

function* slices(numbers: Uint32Array): Generator<Uint32Array> {
  for (let at = 0; at < numbers.length; at += 999) yield numbers.slice(at, at + 999);
}
