import assert from "node:assert/strict";
import { test } from "node:test";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { createServer } from "../server/create-server.ts";
import { createMemoryTransport } from "../transport/memory-transport.ts";
import { createClient } from "./create-client.ts";

const contract = findInterface(parseWit("package test:a; interface slow { hang: func() -> u8; }"), "slow");

test("no call takes longer than a client's calls may, whatever options and contexts say", async () => {
  const server = createServer({ onFailure: () => {} });
  server.serve(contract, { hang: () => new Promise(() => {}) });
  const client = createClient(contract, createMemoryTransport(server), { maxTimeout: 20 });
  const context: CallContext = {
    signal: new AbortController().signal,
    timeRemaining: () => 60_000,
    metadata: {},
    peer: { transport: "memory" },
  };
  for (const options of [undefined, { timeout: 60_000 }, context]) {
    await assert.rejects(client.hang?.(options) as Promise<unknown>, { code: "deadline-exceeded", message: /20 ms/ });
  }
  await assert.rejects(client.hang?.({ timeout: 1 }) as Promise<unknown>, {
    code: "deadline-exceeded",
    message: /1 ms/,
  });
  await server.close({ grace: 0 });
});
