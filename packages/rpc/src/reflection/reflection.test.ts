import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { componentModelCodec } from "@witwire/codec";
import { contractName, findInterface, findWorld } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Peer } from "@witwire/wit/values";
import { createClient } from "../client/create-client.ts";
import { createPlainTransport } from "../framing/plain-transport.ts";
import { createSessionTransport } from "../peer/session-transport.ts";
import { createServer, type Server, type ServerOptions } from "../server/create-server.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { createMemoryDuplexPair } from "../transport/memory-duplex.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { type ReflectionClient, reflection } from "./index.ts";
import { isLocalPeer } from "./local-peer.ts";

const shop = parseWit(`
package shop:api@1.0.0;

interface types {
  type price = u64;
  resource basket { constructor(); total: func() -> price; }
}

/// What is for sale.
interface items {
  use types.{price, basket};
  find: func(name: string) -> option<price>;
  pay: func(basket: borrow<basket>) -> price;
}

interface secrets { reveal: func() -> string; }

world shop {
  import secrets;
  export items;
  export open: func() -> bool;
}
`);

const items = findInterface(shop, "items");
const itemsServed = { find: () => 7n, pay: () => 8n };

type Protocol = "plain" | "session";

/** A transport to a server whose callers look as if they were elsewhere. */
function transportFrom(server: Server, peer: Peer | undefined, protocol: Protocol): InvocationTransport {
  const dial = (): Duplex => {
    if (peer === undefined) return dialMemory(server);
    const [client, accepted] = createMemoryDuplexPair();
    Object.defineProperty(accepted, "peer", { value: peer });
    server.accept(accepted);
    return client;
  };
  return protocol === "plain" ? createPlainTransport(dial) : createSessionTransport(dial);
}

async function asking(
  options: ServerOptions & { readonly peer?: Peer; readonly protocol?: Protocol },
  body: (client: ReflectionClient, server: Server) => Promise<void>,
): Promise<void> {
  const { peer, protocol = "session", ...rest } = options;
  const server = createServer({ onFailure: () => {}, ...rest });
  const transport = transportFrom(server, peer, protocol);
  try {
    await body(createClient(reflection, transport), server);
  } finally {
    await transport.close({ force: true });
    await server.close({ grace: 0 });
  }
  assert.equal(server.stats().calls, 0);
}

describe("reflection", () => {
  for (const protocol of ["plain", "session"] as const) {
    test(`tells what is served, over ${protocol === "plain" ? "plain wRPC" : "a session"}`, async () => {
      await asking({ protocol }, async (client, server) => {
        assert.deepEqual(await client.instances(), []);
        assert.deepEqual(await client.contracts(), []);
        server.serve(items, itemsServed);
        server.serve(findWorld(shop, "shop"), { open: () => true });
        server.serve(items, itemsServed, { instances: ["wholesale"] });
        assert.deepEqual(await client.instances(), [
          {
            name: "shop:api/items@1.0.0",
            functions: ["find", "pay"],
            contracts: ["shop:api/items@1.0.0"],
          },
          { name: "", functions: ["open"], contracts: ["shop:api/shop@1.0.0"] },
          { name: "shop:api/shop@1.0.0", functions: ["open"], contracts: ["shop:api/shop@1.0.0"] },
          { name: "wholesale", functions: ["find", "pay"], contracts: ["shop:api/items@1.0.0"] },
        ]);
        const { software, version } = await client.server();
        const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
        assert.deepEqual({ software, version }, { software: "witwire", version: manifest.version });
      });
    });
  }

  test("gives contracts that are complete in themselves, and tells of nothing that is not served", async () => {
    await asking({}, async (client, server) => {
      server.serve(items, itemsServed);
      server.serve(findWorld(shop, "shop"), { open: () => true });
      const [text = "", ...others] = await client.contracts();
      assert.deepEqual(others, []);
      const resolve = parseWit(text);
      assert.deepEqual(
        findInterface(resolve, "items").functions.map(({ name }) => name),
        ["find", "pay"],
      );
      assert.deepEqual(
        findWorld(resolve, "shop").functions.map(({ name }) => name),
        ["open"],
      );
      assert.match(text, /\/\/\/ What is for sale\./);
      assert.match(text, /resource basket;/);
      assert.doesNotMatch(text, /secrets|reveal|total|constructor/);
      assert.doesNotMatch(await client.contract("shop:api/items@1.0.0"), /world/);
      assert.match(await client.contract(""), /world shop \{\s+export open: func\(\) -> bool;\s+\}/);
    });
  });

  test("describes types so that they are the same on the wire", async () => {
    await asking({}, async (client, server) => {
      server.serve(items, itemsServed);
      const again = findInterface(parseWit(await client.contract(items.name)), "items");
      assert.equal(contractName(again), items.name);
      const [find, same] = [items.functions[0], again.functions[0]];
      assert.ok(find !== undefined && same !== undefined);
      assert.equal(
        componentModelCodec.params(again.resolve, same).minBytes,
        componentModelCodec.params(shop, find).minBytes,
      );
    });
  });

  test("has the methods of a resource whose interface is served as well", async () => {
    await asking({}, async (client, server) => {
      server.serve(items, itemsServed);
      class Basket {
        total(): bigint {
          return 1n;
        }
      }
      const before = await client.contract(items.name);
      server.serve(findInterface(shop, "types"), { Basket });
      assert.doesNotMatch(before, /total/);
      assert.match(await client.contract(items.name), /total: func\(\) -> price/);
    });
  });

  test("follows what is served, and knows functions that were served by their names", async () => {
    await asking({}, async (client, server) => {
      const [find] = items.functions;
      assert.ok(find !== undefined);
      const fn = {
        params: componentModelCodec.params(shop, find),
        result: componentModelCodec.result(shop, find),
        call: () => 1n,
      };
      assert.throws(() => server.serveFunction("a", "lose", fn, { contract: items }), /has no function "lose"/);
      const remove = server.serveFunction("shop:api/items@1.0.0", "find", fn, { contract: items });
      server.serveFunction("elsewhere", "find", fn);
      const text = await client.contract("shop:api/items@1.0.0");
      assert.match(text, /find: func/);
      assert.doesNotMatch(text, /pay/, "it is not served");
      await assert.rejects(client.contract("elsewhere"), { payload: { tag: "no-contract" } });
      remove();
      await assert.rejects(client.contract("shop:api/items@1.0.0"), { payload: { tag: "not-served" } });
      assert.deepEqual(await client.contracts(), []);
    });
  });

  test("gives several texts where contracts contradict each other", async () => {
    await asking({}, async (client, server) => {
      const one = parseWit(
        "package a:b; interface types { type t = u8; } interface one { use types.{t}; f: func() -> t; }",
      );
      const two = parseWit(
        "package a:b; interface types { type t = u16; } interface two { use types.{t}; f: func() -> t; }",
      );
      server.serve(findInterface(one, "one"), { f: () => 1 });
      server.serve(findInterface(two, "two"), { f: () => 2 });
      const texts = await client.contracts();
      assert.equal(texts.length, 2);
      assert.match(texts[0] ?? "", /type t = u8/);
      for (const text of texts) parseWit(text);
      assert.match(await client.contract("a:b/two"), /u16/);
    });
  });

  test("says so when a text would be longer than the server tells", async () => {
    await asking({ limits: { maxReflectionBytes: 50 } }, async (client, server) => {
      server.serve(items, itemsServed);
      await assert.rejects(client.contracts(), { payload: { tag: "too-long", val: 50n } });
      await assert.rejects(client.contract(items.name), { payload: { tag: "too-long", val: 50n } });
      assert.equal((await client.instances()).length, 1);
    });
  });
});

const far: Peer = { transport: "tcp", address: "[2001:db8::1]:4711" };
const near: Peer = { transport: "tcp", address: "[::ffff:127.0.0.1]:4711" };

describe("reflection is", () => {
  test("for callers on the same machine by default", async () => {
    await asking({ peer: near }, async (client) => assert.deepEqual(await client.instances(), []));
    await asking({ peer: far }, async (client) => {
      for (const call of [
        () => client.server(),
        () => client.instances(),
        () => client.contract("x"),
        () => client.contracts(),
      ]) {
        await assert.rejects(call(), { code: "permission-denied", started: "no" });
      }
    });
  });

  test("an abort for other callers of plain wRPC, of which the server knows why", async () => {
    const failures: string[] = [];
    const onFailure: ServerOptions["onFailure"] = ({ error }) => failures.push(error.code);
    await asking({ peer: far, protocol: "plain", onFailure }, async (client) => {
      await assert.rejects(client.instances(), { name: "RpcError" });
    });
    assert.deepEqual(failures, ["permission-denied"]);
  });

  test("for everyone, or nobody, where the server says so", async () => {
    await asking({ peer: far, reflection: "all" }, async (client) => assert.deepEqual(await client.instances(), []));
    assert.throws(() => createServer({ reflection: "everyone" as "all" }), RangeError);
    await asking({ reflection: "none" }, async (client) => {
      await assert.rejects(client.instances(), { code: "unimplemented" });
    });
  });
});

test("local are memory, Unix sockets and loopback addresses, and no proxies", () => {
  const tcp = (address?: string): boolean => isLocalPeer({ transport: "tcp", address });
  for (const address of [
    "127.0.0.1:80",
    "127.255.0.3:1",
    "[::1]:80",
    "[::ffff:127.0.0.1]:9",
    "[::FFFF:127.9.9.9]:9",
    "[::ffff:7f00:1]:9",
  ]) {
    assert.equal(tcp(address), true, address);
  }
  const others = [
    "10.0.0.1:80",
    "127.0.0.1.example.org:80",
    "[::]:80",
    "[::ffff:10.0.0.1]:9",
    "[::ffff:8f00:1]:9",
    "[fe80::1]:1",
    "[2001:db8::7f00:1]:1",
    "localhost:1",
    "1127.0.0.1:5",
    "::1",
  ];
  for (const address of [...others, undefined]) assert.equal(tcp(address), false, address);
  assert.equal(isLocalPeer({ transport: "memory" }), true);
  assert.equal(isLocalPeer({ transport: "unix" }), true);
  assert.equal(isLocalPeer({ transport: "process", address: "pid 1" }), true);
  assert.equal(isLocalPeer({ transport: "stdio", address: "pid 1" }), false);
  assert.equal(isLocalPeer({ transport: "websocket", address: "127.0.0.1:80" }), false);
  assert.equal(isLocalPeer({ transport: "nats" }), false);
});
