import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { composeCodec } from "@witwire/codec";
import {
  borrowKind,
  listKind,
  optionKind,
  ownKind,
  resultKind,
  streamKind,
  stringKind,
  u8Kind,
  u8ListKind,
  u32Kind,
  variantKind,
} from "@witwire/codec/kinds";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { type Stream, WitError } from "@witwire/wit/values";
import { isRpcError } from "../errors.ts";
import { asyncValues, createLeanClient, intercepted, type LeanClientOptions, resources } from "../lean.ts";
import { createServer } from "../server/create-server.ts";
import { createMemoryTransport } from "../transport/memory-transport.ts";

const model = parseWit(`
  package test:lean;
  interface notes {
    variant problem { not-found, too-long(u32) }
    read: func(id: u32) -> result<string, problem>;
    find: func(text: option<string>) -> list<string>;
    wait: func();
  }
  interface files {
    read: func(name: string) -> stream<u8>;
    write: func(data: stream<u8>) -> u32;
  }
  interface counters {
    resource counter { constructor(start: u32); next: func() -> u32; }
  }
  interface users {
    use counters.{counter};
    total: func(counters: list<borrow<counter>>) -> u32;
  }
`);
const notes = findInterface(model, "notes");
const files = findInterface(model, "files");
const counters = findInterface(model, "counters");
const users = findInterface(model, "users");

class Counter {
  #next: number;
  constructor(start: number) {
    this.#next = start;
  }
  next(): number {
    return this.#next++;
  }
}

function serve() {
  const server = createServer({ onFailure() {} });
  server.serve(notes, {
    read(id: number) {
      if (id === 0) throw new WitError({ tag: "not-found" });
      return `note ${id}`;
    },
    find: (text?: string) => (text === undefined ? [] : [text]),
    wait: () => new Promise<never>(() => {}),
  });
  server.serve(files, {
    read: (name: string) => [new TextEncoder().encode(name)],
    write: async (data: Stream<Uint8Array, Uint8Array>) => (await Array.fromAsync(data)).length,
  });
  server.serve(counters, { Counter });
  server.serve(users, { total: (given: Counter[]) => given.reduce((sum, counter) => sum + counter.next(), 0) });
  const transport = createMemoryTransport(server);
  return { transport, [Symbol.asyncDispose]: () => server.close({ grace: 0 }) };
}

const kinds = [listKind, optionKind, resultKind, stringKind, u32Kind, variantKind];
const plain: LeanClientOptions = { codec: composeCodec(kinds) };
const rich: LeanClientOptions = {
  codec: composeCodec([...kinds, streamKind, ownKind, borrowKind, u8Kind, u8ListKind]),
};

describe("lean clients", () => {
  it("call, and throw what the contract says, as others do", async () => {
    await using scene = serve();
    const client = createLeanClient(notes, scene.transport, plain);
    assert.equal(await client.read?.(7), "note 7");
    assert.deepEqual(await client.find?.("a"), ["a"]);
    await assert.rejects(
      async () => client.read?.(0),
      (error) => error instanceof WitError,
    );
    await assert.rejects(async () => client.read?.(-1), /id: expected a u32/);
    await assert.rejects(async () => client.wait?.({ timeout: 20 }), { code: "deadline-exceeded" });
    await assert.rejects(async () => client.wait?.({ signal: AbortSignal.timeout(20) }), { code: "cancelled" });
    assert.deepEqual(scene.transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
  });

  it("refuse functions that need what they were not given, before anything is sent", async () => {
    await using scene = serve();
    assert.throws(() => createLeanClient(files, scene.transport, plain), /composed without the kind of stream/);
    const client = createLeanClient(files, scene.transport, rich);
    for (const call of [client.read?.("a"), client.write?.([])]) {
      await assert.rejects(async () => call, { code: "unimplemented", started: "no" });
    }
    assert.throws(() => createLeanClient(counters, scene.transport, rich), /has resources/);
    const user = createLeanClient(users, scene.transport, { ...rich, asyncValues });
    await assert.rejects(async () => user.total?.([{}]), { code: "unimplemented" });
    assert.equal(scene.transport.stats().invocations, 0);
  });

  it("have streams and resources when they are given them", async () => {
    await using scene = serve();
    const whole = { ...rich, asyncValues, resources };
    const file = createLeanClient(files, scene.transport, whole);
    const read = (await file.read?.("abc")) as Stream<Uint8Array, Uint8Array>;
    assert.deepEqual(await Array.fromAsync(read), [new TextEncoder().encode("abc")]);
    assert.equal(await file.write?.([new Uint8Array(5)]), 1);
    const { Counter: Remote } = createLeanClient(counters, scene.transport, whole);
    using counter = await Remote?.new(5);
    assert.equal(await counter?.next?.(), 5);
  });

  it("have interceptors when they are given them", async () => {
    await using scene = serve();
    const seen: string[] = [];
    const interception = intercepted(async (call, next) => {
      seen.push(call.name);
      return next();
    });
    const client = createLeanClient(notes, scene.transport, { ...plain, interception });
    await assert.rejects(
      async () => client.read?.(0),
      (error) => !isRpcError(error),
    );
    assert.deepEqual(seen, ["read"]);
  });
});
