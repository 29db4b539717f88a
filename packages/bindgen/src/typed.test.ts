/**
 * Uses what was generated of `testdata/rich.wit` as an application does. Half of what is tested here is tested by the
 * compiler: `@ts-expect-error` fails where there is no error.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, createMemoryTransport, createServer } from "@witwire/rpc";
import { type CallContext, construct, isWitError, Stream, WitError } from "@witwire/wit/values";
import type { Item } from "../testdata/rich/shop/rich/types.ts";
import {
  type Failure,
  type Shelf,
  type Upload,
  type WarehouseClient,
  type WarehouseErrors,
  type WarehouseHandler,
  warehouse,
} from "../testdata/rich/shop/rich/warehouse.ts";

const item: Item = {
  id: 7,
  title: "Emma",
  default: false,
  colors: ["red", "deep-blue"],
  sizes: Uint16Array.of(1, 2),
  at: 5n,
  access: { read: true },
  origin: [1.5, -2],
  discount: { tag: "some", val: undefined },
  checked: { tag: "err", val: "unsure" },
};

/** What comes back of it: every key is there. */
const decoded: Item = { ...item, subtitle: undefined, access: { read: true, write: false, executeAll: false } };

class OwnShelf {
  static readonly open = async (label: string): Promise<OwnShelf> => {
    if (label === "") throw new WitError<WarehouseErrors["Shelf.open"]>({ tag: "other", val: "no label" });
    return new OwnShelf(label, undefined);
  };
  readonly #label: string;
  readonly #size: number;
  readonly #items: Item[] = [];

  constructor(label: string, size: number | undefined) {
    this.#label = label;
    this.#size = size ?? 2;
  }

  label(): string {
    return this.#label;
  }

  async put(added: Item, _context: CallContext): Promise<number> {
    if (this.#items.length === this.#size) throw new WitError<Failure>({ tag: "conflict", val: 9n });
    return this.#items.push(added);
  }

  /** Names its own class, whose private fields it reads. */
  compare(other: OwnShelf): bigint {
    return BigInt(this.#items.length - other.#items.length);
  }

  static all(prefix: string): OwnShelf[] {
    return [new OwnShelf(`${prefix}1`, 1), new OwnShelf(`${prefix}2`, 2)];
  }
}

class OwnTicket {
  number(): bigint {
    return 41n;
  }
}

class OwnLock {
  readonly #name: string;
  private constructor(name: string) {
    this.#name = name;
  }
  static async [construct](name: string): Promise<OwnLock> {
    if (name === "") throw new WitError("a lock needs a name");
    return new OwnLock(name);
  }
  name(): string {
    return this.#name;
  }
}

const handler: WarehouseHandler = {
  Shelf: OwnShelf,
  Ticket: OwnTicket,
  Token: class OwnToken {
    readonly secret = 1;
  },
  Lock: OwnLock,
  find: (id) => (id === 7 ? item : undefined),
  get: async (id) => {
    if (id === 7) return item;
    throw new WitError<WarehouseErrors["get"]>({ tag: "not-found" });
  },
  check: () => {},
  store: (items, labels, bytes) => {
    if (items.length !== labels.size || bytes.length === 0) throw new WitError("they do not match");
  },
  send: async ({ name, data }, numbers, signal) => {
    await signal;
    let size = 0;
    for await (const chunk of data.chunks()) size += chunk.length;
    const sum = (await Array.fromAsync(numbers)).reduce((total, number) => total + number, 0);
    return [BigInt(name.length), BigInt(size), BigInt(sum)];
  },
  fetch: (names) => [{ name: names.join(), data: [Uint8Array.of(1)] }, Uint8Array.of(2, 3)],
  later: (of) => of,
  pack: (crates, seal) => ({
    shelf: crates[0]?.shelf ?? new OwnShelf("none", 0),
    count: crates.length + seal[1].length,
  }),
  take: (_shelf, named, context, { peer }) =>
    named === peer.transport && context === true ? new OwnTicket() : undefined,
  redeem: () => {},
  then_: () => {},
  aFunctionWithManyParameters: (first, second, third) => [first, second.join() + (third?.title ?? "")],
};

function connect(): { readonly client: WarehouseClient; readonly close: () => Promise<void> } {
  const server = createServer();
  server.serve(warehouse, handler);
  const transport = createMemoryTransport(server);
  return {
    client: createClient(warehouse, transport),
    close: async () => {
      await transport.close();
      await server.close({ grace: 0 });
    },
  };
}

describe("generated types, at run time", () => {
  test("values of every kind go there and back", async () => {
    const { client, close } = connect();
    assert.deepEqual(await client.find(7, { timeout: 5000 }), decoded);
    assert.equal(await client.find(8), undefined);
    await client.store([item], new Map([["a", ["b"]]]), [1, 2]);
    const crates = [{ shelf: await client.Shelf.new("a"), count: 1 }];
    const crate = await client.pack(crates, [1, Float32Array.of(1, 2)]);
    assert.equal(crate.count, 3);
    assert.equal(await crate.shelf.label(), "a");
    assert.deepEqual(await client.aFunctionWithManyParameters("x", ["y"]), ["x", "y"]);
    await close();
  });

  test("errors have the payload that their type says", async () => {
    const { client, close } = connect();
    const error: unknown = await client.get(1).catch((thrown: unknown) => thrown);
    assert.ok(isWitError(error));
    assert.deepEqual(error.payload satisfies unknown as WarehouseErrors["get"], { tag: "not-found" });
    const result = await client.$tagged.get(1);
    assert.ok(result.tag === "err" && result.val.tag === "not-found");
    const found = await client.$tagged.get(7);
    assert.equal(found.tag === "ok" ? found.val.title : "", "Emma");
    assert.deepEqual(await client.$tagged.check(), { tag: "ok", val: undefined });
    await close();
  });

  test("streams and futures go both ways", async () => {
    const { client, close } = connect();
    const upload = { name: "abc", data: Stream.fromChunks<Uint8Array, Uint8Array>([Uint8Array.of(1, 2)]) };
    const answer = await client.send(upload, [4, 5], Promise.resolve());
    assert.deepEqual(await Array.fromAsync(answer), [3n, 2n, 9n]);
    const [received, rest]: [Upload, Stream<Uint8Array, Uint8Array>] = await client.fetch(["a", "b"]);
    assert.equal(received.name, "a,b");
    assert.deepEqual(await Array.fromAsync(received.data), [Uint8Array.of(1)]);
    assert.deepEqual(await Array.fromAsync(rest), [Uint8Array.of(2, 3)]);
    assert.equal(await client.later(Promise.resolve("now")), "now");
    await close();
  });

  test("resources are classes", async () => {
    const { client, close } = connect();
    const { Shelf, Lock } = client;
    using shelf: Shelf = await Shelf.new("top", 1);
    assert.equal(await shelf.put(item), 1);
    assert.deepEqual(await shelf.$tagged.put(item), { tag: "err", val: { tag: "conflict", val: 9n } });
    const [other] = await Shelf.all("x");
    assert.ok(other !== undefined);
    assert.equal(await shelf.compare(other), 1n);
    assert.equal(await (await Lock[construct]("door")).name(), "door");
    await assert.rejects(Lock.new(""), { payload: "a lock needs a name" });
    const ticket = await client.take(shelf, "memory", true);
    assert.equal(await ticket?.number(), 41n);
    await close();
  });

  test("a client implements what it calls", async () => {
    const { client, close } = connect();
    const relay = createServer();
    const { Shelf: _, ...withoutShelves } = client;
    const relayed: WarehouseHandler = client;
    assert.equal(typeof relayed.find, typeof withoutShelves.find);
    relay.serve(warehouse, relayed);
    const transport = createMemoryTransport(relay);
    assert.deepEqual(await createClient(warehouse, transport).find(7), decoded);
    await transport.close();
    await relay.close({ grace: 0 });
    await close();
  });
});

class WrongLock {
  readonly size: number;
  constructor(at: Date) {
    this.size = at.getTime();
  }
  name(): string {
    return "";
  }
}

/** Never called: these lines are for the compiler. */
export async function mistakes(client: WarehouseClient): Promise<void> {
  // @ts-expect-error a string is no number
  await client.find("7");
  // @ts-expect-error there is no such function
  await client.lose(7);
  // @ts-expect-error options have no such property
  await client.find(7, { retries: 1 });
  // @ts-expect-error the title is missing
  await client.store([{ ...item, title: undefined }], new Map(), []);
  // @ts-expect-error no color is called that way
  await client.store([{ ...item, colors: ["green"] }], new Map(), []);
  // @ts-expect-error 64 bits are a bigint
  await client.redeem({} as never, 5);
  // @ts-expect-error a ticket is no shelf
  await client.take(await client.take({} as Shelf));
  // @ts-expect-error streams of bytes consist of chunks
  await client.send({ name: "", data: [1, 2] }, [], Promise.resolve());
  // @ts-expect-error it may be undefined
  (await client.find(7)).title.length;
  // @ts-expect-error the variant has no such case
  if ((await client.$tagged.get(7)).val?.tag === "lost") return;
  // @ts-expect-error a class of resources is not made with new
  new client.Shelf("x");

  const server = createServer();
  // @ts-expect-error functions are missing
  server.serve(warehouse, { find: () => undefined });
  // @ts-expect-error it answers with something else
  server.serve(warehouse, { ...handler, find: () => 7 });
  // @ts-expect-error it expects something else
  server.serve(warehouse, { ...handler, find: (id: string) => (id === "" ? item : undefined) });
  // @ts-expect-error the class lacks the method number
  server.serve(warehouse, { ...handler, Ticket: class {} });
  // @ts-expect-error its constructor wants something else
  server.serve(warehouse, { ...handler, Lock: WrongLock });
  // @ts-expect-error there is no such error
  throw new WitError<WarehouseErrors["get"]>({ tag: "lost" });
}
