import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Chunk, Stream } from "@witwire/wit/values";
import { type PipeName, relayedPipes } from "./testing/relays.ts";
import { type Random, seededRandom } from "./testing/seeded-random.ts";

type Numbers = Uint8Array | Int8Array | Uint32Array;

const KiB = 1024;
const GUARD = { timeout: 60_000 };

const makers: Readonly<Record<Exclude<PipeName, "texts">, (length: number) => Numbers>> = {
  bytes: (length) => new Uint8Array(length),
  octets: (length) => new Int8Array(length),
  numbers: (length) => new Uint32Array(length),
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
    for (const name of ["bytes", "octets", "numbers"] as const) {
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
