import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { type CallContext, isWitError, Stream } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import type { ByteInput } from "./byte-source.ts";
import { InputStream } from "./input-stream.ts";
import { IoError } from "./io-error.ts";
import { createPoll } from "./poll.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What a method answered with `err`. */
function streamError(action: () => unknown): { readonly tag: string; readonly val?: unknown } {
  try {
    action();
  } catch (error) {
    if (isWitError(error)) return error.payload as { tag: string; val?: unknown };
    throw error;
  }
  return assert.fail("it did not fail");
}

async function readAll(stream: InputStream, piece = 1_000n): Promise<string> {
  let all = "";
  for (;;) {
    try {
      all += text(await stream.blockingRead(piece));
    } catch (error) {
      if (isWitError(error) && (error.payload as { tag: string }).tag === "closed") return all;
      throw error;
    }
  }
}

async function* later(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await new Promise(setImmediate);
    yield bytes(chunk);
  }
}

function nodeStream(...chunks: string[]): PassThrough {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return stream;
}

describe("an input stream", () => {
  const sources: Record<string, () => ByteInput> = {
    bytes: () => bytes("one two three"),
    text: () => "one two three",
    "a list of chunks": () => [bytes("one "), bytes(""), bytes("two three")],
    "an async generator": () => later("one ", "two ", "", "three"),
    "a Node stream": () => nodeStream("one ", "two three"),
    "a web stream": () => ReadableStream.from(later("one two", " three")),
    "a Stream": () => Stream.fromChunks<Uint8Array, Uint8Array>(later("one two three")),
  };
  for (const [name, source] of Object.entries(sources)) {
    it(`reads ${name} to the end`, async () => {
      assert.equal(await readAll(InputStream.from(source())), "one two three");
      assert.equal(await readAll(InputStream.from(source()), 2n), "one two three");
    });
  }

  it("reads at most what was asked for, and says closed after the end", () => {
    const stream = InputStream.from("abcdef");
    assert.equal(text(stream.read(4n)), "abcd");
    assert.equal(stream.read(0n).length, 0);
    assert.equal(text(stream.read(0xffff_ffff_ffff_ffffn)), "ef");
    assert.deepEqual(
      streamError(() => stream.read(1n)),
      { tag: "closed" },
    );
    assert.deepEqual(
      streamError(() => stream.read(0n)),
      { tag: "closed" },
    );
  });

  it("gives no more at once than the limit", () => {
    const scope = new Scope({ maxReadBytes: 3 });
    assert.equal(text(InputStream.from("abcdef", { scope }).read(6n)), "abc");
  });

  it("answers at once with nothing while nothing is there, and is ready later", async () => {
    const stream = InputStream.from(later("x"));
    assert.equal(stream.read(1n).length, 0);
    const pollable = stream.subscribe();
    assert.equal(pollable.ready(), false);
    await pollable.block();
    assert.equal(pollable.ready(), true);
    assert.equal(text(stream.read(1n)), "x");
  });

  it("skips bytes and counts them", async () => {
    const stream = InputStream.from(later("abc", "def"));
    assert.equal(await stream.blockingSkip(2n), 2n);
    assert.equal(stream.skip(5n), 1n);
    assert.equal(text(await stream.blockingRead(2n)), "de");
  });

  it("tells once why a source broke, and is closed then", async () => {
    const reason = new IoError("the disk is on fire");
    const stream = InputStream.from({ next: () => Promise.reject(reason), cancel: () => {} });
    await assert.rejects(async () => stream.blockingRead(1n), {
      payload: { tag: "last-operation-failed", val: reason },
    });
    assert.deepEqual(
      streamError(() => stream.read(1n)),
      { tag: "closed" },
    );
  });

  it("does not show the guest what the host's errors say", () => {
    const error = Object.assign(new Error("ENOENT: /home/someone/secret"), { code: "ENOENT" });
    const stream = InputStream.from({
      next: () => {
        throw error;
      },
      cancel: () => {},
    });
    const { val } = streamError(() => stream.read(1n));
    assert.equal((val as IoError).toDebugString(), "the stream failed: ENOENT");
  });

  it("asks for nothing before somebody wants it, and tells the source when it is dropped", async () => {
    const calls: string[] = [];
    const stream = InputStream.from({
      next: () => {
        calls.push("next");
        return new Promise<Uint8Array>(() => {});
      },
      cancel: () => calls.push("cancel"),
    });
    assert.deepEqual(calls, []);
    stream.read(1n);
    stream.read(1n);
    assert.deepEqual(calls, ["next"]);
    stream[Symbol.dispose]();
    stream[Symbol.dispose]();
    assert.deepEqual(calls, ["next", "cancel"]);
  });

  it("leaves a Node stream as it was when it is dropped while it waits", async () => {
    const source = new PassThrough();
    const stream = InputStream.from(source);
    stream.subscribe().ready();
    stream[Symbol.dispose]();
    assert.deepEqual(
      [source.destroyed, source.listenerCount("readable"), source.listenerCount("error")],
      [false, 0, 0],
    );
  });

  it("gives a chunk back to its source when all who took from it have copied", () => {
    const reused: string[] = [];
    const chunks = ["ab", "cd", "ef", "gh"].map(bytes);
    const stream = InputStream.from({
      next: () => chunks.shift(),
      cancel: () => {},
      reuse: (chunk) => void reused.push(text(chunk)),
    });
    const copying = { copiesAnswer: true } as CallContext;
    stream.read(2n, copying);
    stream.read(2n);
    stream.read(1n);
    stream.read(1n, copying);
    assert.equal(stream.skip(1n), 1n);
    stream.read(5n, copying);
    assert.deepEqual(reused, ["ab", "h"]);
  });

  it("gives its rest away as a stream", async () => {
    const stream = InputStream.from(later("head", "tail"));
    assert.equal(text(await stream.blockingRead(2n)), "he");
    const rest: string[] = [];
    const taken = stream.toStream();
    assert.deepEqual(
      streamError(() => stream.read(1n)),
      { tag: "closed" },
    );
    stream[Symbol.dispose]();
    for await (const chunk of taken) rest.push(text(chunk));
    assert.deepEqual(rest, ["ad", "tail"]);
  });

  it("stops waiting when the guest's caller gives up", async () => {
    const controller = new AbortController();
    const stream = InputStream.from({ next: () => new Promise<undefined>(() => {}), cancel: () => {} });
    const context = { signal: controller.signal } as CallContext;
    const read = stream.blockingRead(1n, context);
    controller.abort(new Error("enough"));
    await assert.rejects(async () => read, /enough/);
    await assert.rejects(async () => stream.blockingRead(1n, context), /enough/);
  });

  it("lets the event loop run between reads that need not wait", async () => {
    const scope = new Scope({ maxTurn: 1 });
    let done = false;
    setImmediate(() => {
      done = true;
    });
    const endless = InputStream.from({ next: () => new Uint8Array(1), cancel: () => {} }, { scope });
    while (!done) await endless.blockingRead(1n);
  });
});

describe("poll", () => {
  it("says which are ready, and waits for the first", async () => {
    const scope = new Scope();
    const poll = createPoll(scope);
    const never = InputStream.from({ next: () => new Promise<undefined>(() => {}), cancel: () => {} }, { scope });
    const ready = InputStream.from("x", { scope });
    const soon = InputStream.from(later("y"), { scope });
    const pollables = [never, soon, ready, ready].map((stream) => stream.subscribe());
    assert.deepEqual(await poll(pollables), Uint32Array.of(2, 3));
    assert.deepEqual(await poll(pollables.slice(0, 2)), Uint32Array.of(1));
  });

  it("refuses an empty list", () => {
    assert.throws(() => createPoll(new Scope())([]), RangeError);
  });

  it("has room for as many pollables as the limit says", () => {
    const scope = new Scope({ maxPollables: 2 });
    const stream = InputStream.from("x", { scope });
    const [first] = [stream.subscribe(), stream.subscribe()];
    assert.throws(() => stream.subscribe(), { name: "WasiLimitError" });
    first?.[Symbol.dispose]();
    stream.subscribe();
  });
});
