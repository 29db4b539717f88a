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
  parseWit("package test:signs; interface signs { twice: func(sign: char) -> string; }"),
  "signs",
);
const implementation = { twice: (sign: string) => sign + sign };

function link(): Link {
  const broker = new MemoryBroker();
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
