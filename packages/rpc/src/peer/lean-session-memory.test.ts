import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createClient } from "../client/create-client.ts";
import { BytePeer } from "../compliance/byte-peer.ts";
import { calls, desk } from "../compliance/contracts.ts";
import { Desk } from "../compliance/desk.ts";
import { transportCompliance } from "../compliance/index.ts";
import { codeOf, frame, open, SessionPeer } from "../compliance/session-protocol/session-peer.ts";
import { sessionResources } from "../resources/connection-resources.ts";
import { createServer } from "../server/create-server.ts";
import { createMemoryDuplexPair } from "../transport/memory-duplex.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { createLeanSessionTransport } from "./session-transport.ts";
import { memoryHarness } from "./testing/memory-harness.ts";

const memory = memoryHarness("memory, without answering", (dial, options) =>
  createLeanSessionTransport(dial, { ...options, sessionResources }),
);

transportCompliance(memory);

describe("a session without answering", () => {
  it("refuses calls of the peer, whatever they hold and however they are cut, and goes on", async () => {
    const [client, accepted] = createMemoryDuplexPair();
    const transport = createLeanSessionTransport(() => client);
    const call = createClient(calls, transport).nullary?.();
    const peer = await SessionPeer.greet(new BytePeer(accepted));
    const asked = await peer.expect("open");
    await peer.bytes.sendInPieces(open(2, ["test:any/thing", "do"], new Uint8Array(300)), 40);
    // Once more, with a number for the target, and data behind.
    peer.send(frame(0x01, 4, 0, "01"), frame(0x12 | 0x40, 4, "02"));
    for (const id of [2, 4]) assert.equal(codeOf(await peer.expect("error", id)), "unimplemented");
    peer.send(frame(0x12 | 0x40, asked.id, "00"));
    await call;
    peer.send(open(4, ["test:any/thing", "do"], ""));
    await peer.expectViolation("protocol");
    await transport.close();
  });
});

describe("a session without resources", () => {
  it("tells the peer to give none, and ends when it does", async () => {
    const [client, accepted] = createMemoryDuplexPair();
    const transport = createLeanSessionTransport(() => client);
    const call = createClient(calls, transport).nullary?.();
    const outcome = assert.rejects(async () => call, { code: "protocol" });
    const bytes = new BytePeer(accepted);
    assert.deepEqual([...(await bytes.take(11))].slice(8), [3, 0, 4]);
    bytes.send("'WITWIRE' 01 01 00", frame(0x0a, 4));
    await outcome;
    bytes.end();
    await transport.close();
  });

  it("fails a call that answers with one", async () => {
    const server = createServer({ onFailure() {} });
    server.serve(desk, new Desk() as never);
    const transport = createLeanSessionTransport(() => dialMemory(server));
    const client = createClient(desk, transport);
    await assert.rejects(async () => client.Note?.new("abc"), { code: "resource-exhausted" });
    await transport.close();
    await server.close();
  });
});
