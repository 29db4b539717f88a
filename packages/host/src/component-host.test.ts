import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@witwire/rpc";
import { findInterface, findWorld } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { WitError } from "@witwire/wit/values";
import { guestWit, serverGuest, workerGuest } from "./testing/guests.ts";
import { serveNatively, serveOverTcp } from "./testing/served.ts";

const contract = parseWit(guestWit);
const work = findInterface(contract, "work");
const backend = findInterface(contract, "backend");

test("exported interfaces and root functions are served over TCP", async () => {
  await using served = await serveOverTcp(await serverGuest());
  const handler = createClient(findInterface(contract, "handler"), served.transport);
  assert.equal(await handler.hello?.(), "hello from WebAssembly");
  assert.equal(await createClient(findWorld(contract, "server"), served.transport).shout?.(), "hello");
});

test("imports that nobody gives are called over TCP", async () => {
  await using native = await serveNatively((server) =>
    server.serve(backend, {
      ask: (text: string) => `you asked ${text}`,
      try: (a: number) => {
        if (a === 0) throw new WitError("not 0");
        return a + 1;
      },
    }),
  );
  await using served = await serveOverTcp(await workerGuest(), { remote: { transport: native.transport } });
  const client = createClient(work, served.transport);
  assert.equal(await client.ask?.("why"), "you asked why");
  assert.equal(await client.try?.(41), 42);
  await assert.rejects(client.try?.(0) as Promise<unknown>, (error: WitError) => error.payload === "not 0");
  await assert.rejects(
    client.divide?.(1, 0) as Promise<unknown>,
    (error: WitError) => error.payload === "division by zero",
  );
  assert.equal(await client.divide?.(7, 2), 3);
});
