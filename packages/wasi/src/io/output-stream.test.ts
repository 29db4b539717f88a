import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import type { ByteSink } from "./byte-sink.ts";
import { InputStream } from "./input-stream.ts";
import { IoError } from "./io-error.ts";
import { OutputStream } from "./output-stream.ts";
import { DestinationClosed } from "./stream-error.ts";

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A destination that is busy until it is told otherwise. */
class SlowSink implements ByteSink {
  readonly events: string[] = [];
  #finish: ((error?: unknown) => void) | undefined;

  write(chunk: Uint8Array): Promise<void> {
    return this.#begin(`write ${new TextDecoder().decode(chunk)}`);
  }

  flush(): Promise<void> {
    return this.#begin("flush");
  }

  end(): void {
    this.events.push("end");
  }

  async finish(error?: unknown): Promise<void> {
    this.#finish?.(error);
    await new Promise(setImmediate);
  }

  #begin(event: string): Promise<void> {
    this.events.push(event);
    return new Promise((resolve, reject) => {
      this.#finish = (error) => (error === undefined ? resolve() : reject(error));
    });
  }
}

describe("an output stream", () => {
  it("writes at once to a function", () => {
    let written = "";
    const write = (chunk: Uint8Array): void => {
      written += new TextDecoder().decode(chunk);
    };
    const stream = OutputStream.to(write, { scope: new Scope({}, true) });
    assert.equal(stream.checkWrite(), 65_536n);
    stream.write(bytes("hello"));
    stream.writeZeroes(2n);
    assert.equal(written, "hello\0\0");
    assert.equal(stream.blockingFlush(), undefined);
  });

  it("permits what there is room for, and gathers what was written meanwhile", async () => {
    const sink = new SlowSink();
    const stream = OutputStream.to(sink, { scope: new Scope({ maxBufferedBytes: 10 }) });
    assert.equal(stream.checkWrite(), 10n);
    stream.write(bytes("abcd"));
    stream.write(bytes("ef"));
    stream.write(bytes("gh"));
    assert.equal(stream.checkWrite(), 2n);
    await sink.finish();
    assert.deepEqual(sink.events, ["write abcd", "write efgh"]);
    assert.equal(stream.checkWrite(), 6n);
    await sink.finish();
    assert.equal(stream.checkWrite(), 10n);
  });

  it("is ready again when there is room", async () => {
    const sink = new SlowSink();
    const stream = OutputStream.to(sink, { scope: new Scope({ maxBufferedBytes: 3 }) });
    stream.checkWrite();
    stream.write(bytes("abc"));
    const pollable = stream.subscribe();
    assert.equal(pollable.ready(), false);
    assert.equal(stream.checkWrite(), 0n);
    const blocked = pollable.block();
    await sink.finish();
    await blocked;
    assert.equal(pollable.ready(), true);
  });

  it("traps a guest that writes more than was permitted", () => {
    const stream = OutputStream.to(() => {}, { scope: new Scope({ maxBufferedBytes: 4 }) });
    assert.throws(() => stream.write(bytes("a")), RangeError);
    stream.checkWrite();
    stream.write(bytes("abc"));
    assert.throws(() => stream.write(bytes("de")), RangeError);
    assert.throws(() => stream.writeZeroes(0xffff_ffff_ffff_ffffn), RangeError);
    stream.checkWrite();
    assert.throws(() => stream.blockingWriteAndFlush(new Uint8Array(4097)), RangeError);
    assert.throws(() => stream.blockingWriteZeroesAndFlush(4097n), RangeError);
  });

  it("takes nothing while a flush is under way", async () => {
    const sink = new SlowSink();
    const stream = OutputStream.to(sink);
    stream.checkWrite();
    stream.write(bytes("x"));
    stream.flush();
    assert.equal(stream.checkWrite(), 0n);
    await sink.finish();
    assert.equal(stream.checkWrite(), 0n);
    await sink.finish();
    assert.equal(stream.checkWrite(), 65_536n);
    assert.deepEqual(sink.events, ["write x", "flush"]);
  });

  it("writes in parts what blocks, and waits for the flush", async () => {
    const sink = new SlowSink();
    const stream = OutputStream.to(sink, { scope: new Scope({ maxBufferedBytes: 3 }) });
    let done = false;
    const writing = stream.blockingWriteAndFlush(bytes("abcdefgh"))?.then(() => {
      done = true;
    });
    for (let step = 0; step < 4; step++) {
      assert.equal(done, false);
      await sink.finish();
    }
    await writing;
    assert.deepEqual(sink.events, ["write abc", "write def", "write gh", "flush"]);
  });

  it("tells once why a destination broke, and is closed then", async () => {
    const sink = new SlowSink();
    const stream = OutputStream.to(sink);
    const writing = stream.blockingWriteAndFlush(bytes("abc"));
    const reason = new IoError("no space");
    const refusal = assert.rejects(async () => writing, { payload: { tag: "last-operation-failed", val: reason } });
    await sink.finish(reason);
    await refusal;
    assert.throws(() => stream.checkWrite(), { payload: { tag: "closed" } });
    assert.throws(() => stream.flush(), { payload: { tag: "closed" } });
    assert.equal(stream.subscribe().ready(), true);
  });

  it("is closed without a failure where the destination takes nothing more", () => {
    const stream = OutputStream.to(() => {
      throw new DestinationClosed();
    });
    stream.checkWrite();
    stream.write(bytes("x"));
    assert.throws(() => stream.write(bytes("y")), { payload: { tag: "closed" } });
  });

  it("ends the destination after everything was written when it is dropped", async () => {
    const scope = new Scope();
    const sink = new SlowSink();
    const stream = OutputStream.to(sink, { scope });
    stream.checkWrite();
    stream.write(bytes("abc"));
    stream.write(bytes("def"));
    const ended = scope[Symbol.asyncDispose]();
    assert.deepEqual(sink.events, ["write abc"]);
    await sink.finish();
    assert.deepEqual(sink.events, ["write abc", "write def"]);
    await sink.finish();
    await ended;
    assert.deepEqual(sink.events, ["write abc", "write def", "end"]);
    assert.equal(scope.count("streams"), 0);
  });

  it("waits for a Node stream that is full, and leaves it open", async () => {
    const target = new PassThrough({ highWaterMark: 4 });
    const stream = OutputStream.to(target);
    const writing = stream.blockingWriteAndFlush(bytes("a long text"));
    assert.notEqual(writing, undefined);
    target.resume();
    await writing;
    stream[Symbol.dispose]();
    assert.equal(target.writableEnded, false);
    assert.equal(target.listenerCount("error"), 0);
  });

  it("hears of the error of a Node stream", async () => {
    const broken = Object.assign(new Error(), { code: "EPIPE" });
    const target = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done, broken) });
    const stream = OutputStream.to(target);
    await assert.rejects(async () => stream.blockingWriteAndFlush(bytes("abc")), {
      payload: { tag: "last-operation-failed", val: new IoError("the stream failed: EPIPE", {}, broken) },
    });
  });

  it("writes to a web stream and gives it back", async () => {
    const chunks: Uint8Array[] = [];
    const target = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
    const stream = OutputStream.to(target);
    await stream.blockingWriteAndFlush(bytes("abc"));
    stream[Symbol.dispose]();
    assert.equal(Buffer.concat(chunks).toString(), "abc");
    assert.equal(target.locked, false);
  });

  it("takes from an input stream as much as there is room for", async () => {
    let written = "";
    const scope = new Scope({ maxBufferedBytes: 4 });
    const write = (chunk: Uint8Array): void => {
      written += new TextDecoder().decode(chunk);
    };
    const stream = OutputStream.to(write, { scope });
    const source = InputStream.from("abcdefgh");
    assert.equal(stream.splice(source, 3n), 3n);
    assert.equal(stream.splice(source, 100n), 4n);
    assert.equal(await stream.blockingSplice(source, 100n), 1n);
    assert.equal(written, "abcdefgh");
    await assert.rejects(stream.blockingSplice(source, 1n), { payload: { tag: "closed" } });
  });

  it("stops waiting when the guest's caller gives up", async () => {
    const controller = new AbortController();
    const stream = OutputStream.to(new SlowSink());
    const writing = stream.blockingWriteAndFlush(bytes("abc"), { signal: controller.signal } as CallContext);
    controller.abort(new Error("enough"));
    await assert.rejects(async () => writing, /enough/);
  });
});
