import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { composeCodec, type LeanContract } from "@witwire/codec";
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
import { func, list, option, result, stream, string, u8, u8s, u32, variant } from "@witwire/codec/types";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { type CallOptions, isWitError, type Stream, WitError } from "@witwire/wit/values";
import { asyncValues, createLeanClient, intercepted, toLeanContract } from "../lean.ts";
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

interface NotesClient {
  read(id: number, options?: CallOptions): Promise<string>;
  find(text?: string, options?: CallOptions): Promise<string[]>;
  wait(options?: CallOptions): Promise<void>;
  readonly $tagged: { read(id: number): Promise<unknown> };
}

/** As `witwire bindgen --lean` writes them. */
const compiled: LeanContract<NotesClient> = {
  instance: "test:lean/notes",
  functions() {
    const problem = variant({ "not-found": undefined, "too-long": u32 });
    return {
      read: func("read", { id: u32 }, result(string, problem), true),
      find: func("find", { text: option(string) }, list(string)),
      wait: func("wait", {}),
    };
  },
};
const compiledFiles: LeanContract<{
  read(name: string): Promise<Stream<Uint8Array, Uint8Array>>;
  write(data: Iterable<Uint8Array>): Promise<number>;
}> = {
  instance: "test:lean/files",
  functions: () => ({
    read: func("read", { name: string }, stream(u8, u8s)),
    write: func("write", { data: stream(u8, u8s) }, u32),
  }),
};

interface UsersClient {
  total(counters: object[]): Promise<number>;
}

const notFound = { tag: "not-found" };

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
const plainCodec = composeCodec(kinds);
const richCodec = composeCodec([...kinds, streamKind, ownKind, borrowKind, u8Kind, u8ListKind]);

describe("lean clients", () => {
  it("call, and throw what the contract says, as others do", async () => {
    await using scene = serve();
    for (const contract of [compiled, toLeanContract(notes, plainCodec)]) {
      const client = createLeanClient(contract as typeof compiled, scene.transport);
      assert.equal(await client.read(7), "note 7");
      assert.deepEqual(await client.find("a"), ["a"]);
      assert.deepEqual(await client.find(), []);
      const refused = (error: unknown): boolean => isWitError(error) && isDeepStrictEqual(error.payload, notFound);
      await assert.rejects(client.read(0), refused);
      assert.deepEqual(await client.$tagged.read(0), { tag: "err", val: notFound });
      await assert.rejects(client.read(-1), /id: expected a u32/);
      await assert.rejects(client.wait({ timeout: 20 }), { code: "deadline-exceeded" });
      await assert.rejects(client.wait({ signal: AbortSignal.timeout(20) }), { code: "cancelled" });
    }
    assert.deepEqual(scene.transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
  });

  it("refuse functions that need what they were not given, before anything is sent", async () => {
    await using scene = serve();
    assert.throws(() => toLeanContract(files, plainCodec), /composed without the kind of stream/);
    assert.throws(() => toLeanContract(counters, richCodec), /has resources/);
    const file = createLeanClient(compiledFiles, scene.transport);
    const user = createLeanClient(toLeanContract(users, richCodec) as LeanContract<UsersClient>, scene.transport, {
      asyncValues,
    });
    for (const call of [file.read("a"), file.write([]), user.total([{}])]) {
      await assert.rejects(call, { code: "unimplemented", started: "no" });
    }
    assert.equal(scene.transport.stats().invocations, 0);
  });

  it("have streams when they are given them", async () => {
    await using scene = serve();
    const file = createLeanClient(compiledFiles, scene.transport, { asyncValues });
    assert.deepEqual(await Array.fromAsync(await file.read("abc")), [new TextEncoder().encode("abc")]);
    assert.equal(await file.write([new Uint8Array(5)]), 1);
  });

  it("have interceptors when they are given them", async () => {
    await using scene = serve();
    const seen: string[] = [];
    const interception = intercepted(async (call, next) => {
      seen.push(call.name);
      return next();
    });
    const client = createLeanClient(compiled, scene.transport, { interception });
    await assert.rejects(client.read(0), isWitError);
    assert.deepEqual(seen, ["read"]);
  });
});
