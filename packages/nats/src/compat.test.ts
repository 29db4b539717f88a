import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createServer, resolveLimits } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connect } from "./connect.ts";
import { Link } from "./link.ts";
import { listen } from "./listen.ts";
import { MemoryBroker } from "./testing/memory-broker.ts";

const contract = findInterface(
  parseWit(`package test:signs; interface signs {
    twice: func(sign: char) -> string;
    echo: func(all: list<string>) -> list<string>;
    tell: func(length: u32) -> string;
  }`),
  "signs",
);
const implementation = {
  twice: (sign: string) => sign + sign,
  echo: (all: string[]) => all,
  tell: (length: number) => "x".repeat(length),
};

function link(broker = new MemoryBroker()): Link {
  return new Link(() => Promise.resolve(broker.connect()), resolveLimits(), "the test's broker");
}

test("peers in Go get the chars that they read, and send those that they write", async () => {
  const shared = link();
  const server = createServer({ compat: "go" });
  server.serve(contract, implementation);
  await using _ = await listen(server, "wrpc+nats://127.0.0.1/go", { link: shared });
  const transport = connect("wrpc+nats://127.0.0.1/go", { link: shared, compat: "go" });
  assert.equal(await createClient(contract, transport).twice?.("⚑"), "⚑⚑");
  await transport.close();
  const others = connect("wrpc+nats://127.0.0.1/go", { link: shared });
  await assert.rejects(createClient(contract, others).twice?.("⚑") as Promise<unknown>);
  await others.close();
  await server.close({ grace: 0 });
  await shared.close();
});

test("messages to peers in Go are cut between strings, and a string that fits into none is refused", async () => {
  const most = 1000;
  const broker = new MemoryBroker(most);
  const shared = link(broker);
  const server = createServer({ compat: "go", onFailure: () => {} });
  server.serve(contract, implementation);
  await using _ = await listen(server, "wrpc+nats://127.0.0.1/go", { link: shared });
  const transport = connect("wrpc+nats://127.0.0.1/go", { link: shared, compat: "go" });
  const client = createClient(contract, transport);
  const passed: Uint8Array[] = [];
  broker.onMessage = ({ data }) => passed.push(data);
  const all = Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index).repeat(100 + index));
  assert.deepEqual(await client.echo?.(all), all);
  const texts = passed.map((data) => new TextDecoder().decode(data));
  assert.ok(passed.length > 6 && passed.every(({ length }) => length <= most));
  for (const word of all) assert.equal(texts.filter((text) => text.includes(word)).length, 2, `${word} came in pieces`);
  const refused = { code: "resource-exhausted", started: "no", message: /string or handle of 2002 bytes .* Go peer/ };
  await assert.rejects(client.echo?.(["y".repeat(2000)]) as Promise<unknown>, refused);
  await assert.rejects(client.tell?.(2000) as Promise<unknown>, { code: "unknown" });
  assert.equal(await client.tell?.(900), "x".repeat(900));
  await transport.close();
  await server.close({ grace: 0 });
  await shared.close();
});

test("compat is refused where calls are in messages of our own", async () => {
  const shared = link();
  const wayOut = { name: "RangeError", message: /the address should be wrpc\+nats:\/\/127\.0\.0\.1\/go$/ };
  assert.throws(() => connect("nats://127.0.0.1/go", { link: shared, compat: "go" }), wayOut);
  const server = createServer({ compat: "go" });
  server.serve(contract, implementation);
  await assert.rejects(listen(server, "nats://127.0.0.1/go", { link: shared }), wayOut);
  await server.close({ grace: 0 });
  await shared.close();
});
