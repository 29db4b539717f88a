import assert from "node:assert/strict";
import { test } from "node:test";
import { componentModelCodec, underflow } from "@witwire/codec";
import { hello, store } from "../compliance/contracts.ts";
import { toHex, wire } from "../compliance/wire-bytes.ts";
import type { Duplex, DuplexEvents } from "../transport/duplex.ts";
import { createServer } from "./create-server.ts";

/** A byte stream that does nothing by itself, so that a test can see what happens in one tick. */
class StillDuplex implements Duplex {
  readonly peer = { transport: "test" };
  onDrain: (() => void) | undefined;
  events: DuplexEvents | undefined;
  written = "";
  state: "open" | "ended" | "aborted" = "open";

  start(events: DuplexEvents): void {
    this.events = events;
  }
  pause(): void {}
  resume(): void {}
  write(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) this.written += toHex(chunk);
    return true;
  }
  end(): void {
    this.state = "ended";
  }
  abort(): void {
    this.state = "aborted";
  }
  /** The peer takes what was sent and ends its half too. */
  finish(): void {
    this.events?.end();
    this.events?.flushed();
  }
}

const helloRequest = wire("00 | 1b 'wrpc-examples:hello/handler' | 05 'hello' | 00 00");

test("a function that returns no promise is answered in the tick in which its parameters arrive", () => {
  const server = createServer();
  server.serve(hello, { hello: () => "hi" });
  const duplex = new StillDuplex();
  server.accept(duplex);
  duplex.events?.data(helloRequest);
  assert.deepEqual([duplex.written, duplex.state], ["0003026869", "ended"]);
  duplex.finish();
  assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
});

test("a call whose bytes go wrong behind its parameters does not run", () => {
  const failures: string[] = [];
  const server = createServer({ onFailure: ({ error, name }) => failures.push(`${name}: ${error.code}`) });
  server.serve(hello, { hello: () => assert.fail("it ran") });
  const duplex = new StillDuplex();
  server.accept(duplex);
  duplex.events?.data(Uint8Array.from([...helloRequest, 1, 9, 0]));
  assert.equal(duplex.state, "aborted");
  assert.deepEqual(failures, ["hello: protocol"]);
  assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
});

test("a raw function reads parameters and writes its result as bytes, in whatever pieces they come", () => {
  const server = createServer();
  const [func] = store.functions;
  assert.ok(func);
  let tries = 0;
  server.serveFunction("raw", "double", {
    params: componentModelCodec.params(store.resolve, func),
    callRaw(reader, writer) {
      tries++;
      const length = reader.buffer[reader.position] ?? 0;
      if (reader.remaining < length + 1) throw underflow;
      writer.bytes(reader.buffer.subarray(reader.position + 1, reader.position + 1 + length));
    },
  });
  const duplex = new StillDuplex();
  server.accept(duplex);
  for (const byte of wire("00 03 'raw' 06 'double' 00 04 03 'key'")) duplex.events?.data(Uint8Array.of(byte));
  assert.deepEqual([duplex.written, duplex.state, tries], [`0003${toHex(wire("'key'"))}`, "ended", 2]);
  duplex.finish();
});

test("a raw function without parameters starts before the caller has ended its half", () => {
  const server = createServer();
  const [func] = hello.functions;
  assert.ok(func);
  server.serveFunction("raw", "nullary", {
    params: componentModelCodec.params(hello.resolve, func),
    callRaw: (_reader, writer) => writer.byte(7),
  });
  const duplex = new StillDuplex();
  server.accept(duplex);
  duplex.events?.data(wire("00 03 'raw' 07 'nullary'"));
  assert.deepEqual([duplex.written, duplex.state], ["000107", "ended"]);
  duplex.finish();
});
