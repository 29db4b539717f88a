import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createClient, createServer, createSessionTransport, dialMemory } from "@witwire/rpc";
import { type Chunk, Stream } from "@witwire/wit/values";
import { type PipeName, pipes, relayedPipes } from "./testing/relays.ts";
import { type Random, seededRandom } from "./testing/seeded-random.ts";

type Numbers = Uint8Array | Int8Array | Uint32Array | Float64Array;

const KiB = 1024;
const GUARD = { timeout: 60_000 };

const makers: Readonly<Record<Exclude<PipeName, "texts">, (length: number) => Numbers>> = {
  bytes: (length) => new Uint8Array(length),
  octets: (length) => new Int8Array(length),
  numbers: (length) => new Uint32Array(length),
  floats: (length) => new Float64Array(length),
};

/** Chunks of any size, with numbers that are as many bytes on the wire as numbers can be. */
function* chunksOf(make: (length: number) => Numbers, count: number, random: Random): Generator<Numbers> {
  for (let made = 0; made < count; made++) {
    const chunk = make(1 + random(random(3) === 0 ? 200 : 100 * KiB));
    for (let at = 0; at < chunk.length; at++) chunk[at] = random(2 ** 32) >>> (random(5) * 7);
    yield chunk;
  }
}

/** What a stream consists of, however it is cut. */
class Sum {
  length = 0;
  #hash = 0;

  add(chunk: Numbers): void {
    this.length += chunk.length;
    for (let at = 0; at < chunk.length; at++) this.#hash = (Math.imul(this.#hash, 31) + (chunk[at] as number)) | 0;
  }

  get text(): string {
    return `${this.length} numbers, ${this.#hash}`;
  }
}

for (const scheme of ["tcp", "wrpc+tcp"] as const) {
  describe(`the memory of streams through a relay over ${scheme}`, GUARD, () => {
    for (const name of ["bytes", "octets", "numbers", "floats"] as const) {
      for (const lent of [false, true]) {
        it(`${name} arrive as they were, ${lent ? "borrowed and transferred" : "kept"}`, async () => {
          await using relayed = await relayedPipes(scheme);
          const random = seededRandom(name.length);
          const [sent, received] = [new Sum(), new Sum()];
          const kept: Numbers[] = [];
          const produce = function* (): Generator<Chunk> {
            for (const chunk of chunksOf(makers[name], 150, random)) {
              sent.add(chunk);
              if (!lent) kept.push(chunk);
              yield chunk;
            }
          };
          const stream = await relayed.pipe(name, Stream.fromChunks(produce(), { transfer: lent }));
          const seen: Numbers[] = [];
          for await (const chunk of stream.chunks({ borrow: lent })) {
            received.add(chunk as Numbers);
            seen.push(chunk as Numbers);
          }
          assert.equal(received.text, sent.text);
          const large = seen.filter((chunk) => chunk.byteLength === 0 || chunk.byteLength >= 16 * KiB);
          if (lent) {
            const freed = large.filter((chunk) => chunk.byteLength === 0);
            assert.ok(freed.length > 0.8 * large.length, `${freed.length} of ${large.length} were freed`);
          } else {
            const again = new Sum();
            for (const chunk of seen) again.add(chunk);
            assert.equal(again.text, sent.text, "what was received was freed, or changed");
            assert.ok(kept.every((chunk) => chunk.length > 0));
          }
        });
      }
    }

    for (const name of ["bytes", "octets", "numbers", "floats"] as const) {
      it(`${name} that are borrowed and given on at once disturb nobody`, async () => {
        await using from = await relayedPipes(scheme);
        await using to = await relayedPipes(scheme);
        const random = seededRandom(9);
        const [sent, received] = [new Sum(), new Sum()];
        const produce = function* (): Generator<Numbers> {
          for (const chunk of chunksOf(makers[name], 60, random)) {
            sent.add(chunk);
            yield chunk;
          }
        };
        const first = await from.pipe(name, Stream.fromChunks(produce()));
        const second = await to.pipe(name, Stream.fromChunks(first.chunks({ borrow: true }), { transfer: true }));
        const neighbour = await to.pipe("bytes", Stream.fromChunks([new Uint8Array(100)]));
        for await (const chunk of second.chunks()) received.add(chunk as Numbers);
        assert.equal(received.text, sent.text);
        let length = 0;
        for await (const chunk of neighbour.chunks()) length += chunk.length;
        assert.equal(length, 100);
      });
    }

    it("parts of a buffer that are given away stay, however often", async () => {
      await using from = await relayedPipes(scheme);
      await using to = await relayedPipes(scheme);
      const kept: Uint8Array[] = [];
      const first = await from.pipe("bytes", Stream.fromChunks([new Uint8Array(1024 * KiB).fill(5)]));
      const passOn = async function* (): AsyncGenerator<Chunk> {
        for await (const chunk of first.chunks() as AsyncIterable<Uint8Array>) {
          const part = chunk.subarray(1);
          if (part.length === 0) continue;
          kept.push(part);
          yield part;
          yield part;
        }
      };
      const second = await to.pipe("bytes", Stream.fromChunks(passOn(), { transfer: true }));
      let length = 0;
      for await (const chunk of second.chunks({ borrow: true })) length += chunk.length;
      assert.equal(
        length,
        kept.reduce((sum, part) => sum + 2 * part.length, 0),
      );
      assert.ok(kept.every((part) => part.length > 0 && part.every((byte) => byte === 5)));
    });

    it("texts are nobody's numbers", async () => {
      await using relayed = await relayedPipes(scheme);
      const texts = Array.from({ length: 200 }, (_, index) => `${index}`.repeat(index * 7));
      const stream = await relayed.pipe("texts", Stream.fromChunks([texts, texts], { transfer: true }));
      const received: unknown[] = [];
      for await (const chunk of stream.chunks({ borrow: true })) received.push(...(chunk as string[]));
      assert.deepEqual(received, [...texts, ...texts]);
    });

    it("chunks that are passed on by hand, and looked at later, stay", async () => {
      await using relayed = await relayedPipes(scheme);
      const random = seededRandom(3);
      const sent = new Sum();
      const produce = function* (): Generator<Numbers> {
        for (const chunk of chunksOf(makers.bytes, 100, random)) {
          sent.add(chunk);
          yield chunk;
        }
      };
      const looked: Numbers[] = [];
      const passOn = async function* (stream: Stream<unknown, Chunk>): AsyncGenerator<Chunk> {
        for await (const chunk of stream.chunks()) {
          looked.push(chunk as Numbers);
          yield chunk;
        }
      };
      const first = await relayed.pipe("bytes", Stream.fromChunks(produce()));
      const second = await relayed.pipe("bytes", Stream.fromChunks(passOn(first)));
      const received = new Sum();
      for await (const chunk of second.chunks({ borrow: true })) received.add(chunk as Numbers);
      assert.equal(received.text, sent.text);
      const later = new Sum();
      for (const chunk of looked) later.add(chunk);
      assert.equal(later.text, sent.text);
    });
  });
}

it(
  "a chunk whose memory is given elsewhere while it waits fails the calls of its connection alone",
  GUARD,
  async () => {
    await using broken = await relayedPipes("tcp");
    await using whole = await relayedPipes("tcp");
    const chunk = new Uint8Array(8 * 1024 * KiB);
    const stream = await broken.pipe(
      "bytes",
      Stream.fromChunks(
        (async function* () {
          yield chunk;
        })(),
      ),
    );
    await stream.nextChunk();
    structuredClone(chunk, { transfer: [chunk.buffer] });
    const reading = async (): Promise<void> => {
      for await (const _ of stream.chunks());
    };
    await assert.rejects(reading(), { code: "internal", message: /memory was given elsewhere/ });
    const other = await whole.pipe("bytes", Stream.fromChunks([new Uint8Array(3)]));
    assert.deepEqual(await other.nextChunk(), new Uint8Array(3));
  },
);

describe("within one process", GUARD, () => {
  const bytesServer = (pass: (v: Stream<unknown, Chunk>) => unknown): ReturnType<typeof createServer> => {
    const server = createServer();
    server.serve(pipes, { bytes: pass, octets: pass, numbers: pass, floats: pass, texts: pass });
    return server;
  };

  it("a chunk that is sent again and again stays, although others give it away", async () => {
    await using far = await relayedPipes("tcp");
    const gateway = bytesServer((v) => far.pipe("bytes", Stream.fromChunks(v.chunks(), { transfer: true })));
    const transport = createSessionTransport(() => dialMemory(gateway));
    const zeros = new Uint8Array(32 * KiB);
    const produce = async function* (): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 40; sent++) yield zeros;
    };
    const back = (await createClient(pipes, transport).bytes?.(produce())) as Stream<unknown, Uint8Array>;
    let length = 0;
    for await (const chunk of back.chunks()) length += chunk.length;
    assert.deepEqual([length, zeros.length], [40 * 32 * KiB, 32 * KiB]);
    await transport.close();
    await gateway.close();
  });

  it("a chunk that was given away can be given on by who got it", async () => {
    const far = bytesServer((v) => v);
    const toFar = createSessionTransport(() => dialMemory(far));
    const client = createClient(pipes, toFar);
    const gateway = bytesServer((v) => client.bytes?.(Stream.fromChunks(v.chunks(), { transfer: true })));
    const transport = createSessionTransport(() => dialMemory(gateway));
    const chunks = Array.from({ length: 40 }, () => new Uint8Array(48 * KiB).fill(3));
    const given = Stream.fromChunks(chunks, { transfer: true });
    const back = (await createClient(pipes, transport).bytes?.(given)) as Stream<unknown, Uint8Array>;
    let sum = 0;
    for await (const chunk of back.chunks({ borrow: true })) for (const byte of chunk) sum += byte;
    assert.equal(sum, 40 * 48 * KiB * 3);
    for (const one of [transport, toFar]) await one.close();
    for (const server of [gateway, far]) await server.close();
  });
});

it("a chunk that is given away twice fails its call, and no other", GUARD, async () => {
  await using relayed = await relayedPipes("tcp");
  const neighbour = await relayed.pipe("bytes", Stream.fromChunks(slowly(20)));
  const chunk = new Uint8Array(48 * KiB);
  const produce = async function* (): AsyncGenerator<Uint8Array> {
    yield chunk;
    yield chunk;
  };
  const reading = async (): Promise<void> => {
    const back = await relayed.pipe("bytes", Stream.fromChunks(produce(), { transfer: true }));
    for await (const _ of back.chunks());
  };
  await assert.rejects(reading(), /given away before/);
  let length = 0;
  for await (const bytes of neighbour.chunks()) length += bytes.length;
  assert.equal(length, 20_000);
});

async function* slowly(chunks: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < chunks; sent++) {
    yield new Uint8Array(1000);
    await setTimeout(2);
  }
}
