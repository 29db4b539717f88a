import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { createClient } from "../client/create-client.ts";
import { BytePeer } from "../compliance/byte-peer.ts";
import { header } from "../compliance/plain-protocol/golden.ts";
import { bytesByPath, toHex } from "../compliance/wire-bytes.ts";
import { createPlainTransport } from "../framing/plain-transport.ts";
import { createSessionTransport } from "../peer/session-transport.ts";
import { createServer, type Server } from "../server/create-server.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { HealthService } from "./health-service.ts";
import { type HealthClient, health, type Status } from "./index.ts";

const greeting = findInterface(parseWit("package a:b; interface greeting { hello: func() -> string; }"), "greeting");

/** Until the server and the transport have nothing left. */
async function withServer(
  protocol: "plain" | "session",
  body: (client: HealthClient, server: Server) => Promise<void>,
): Promise<void> {
  const server = createServer({ onFailure: () => {} });
  const dial = () => dialMemory(server);
  const transport = protocol === "plain" ? createPlainTransport(dial) : createSessionTransport(dial);
  await body(createClient(health, transport), server);
  await transport.close();
  await server.close({ grace: 0 });
  assert.equal(server.stats().calls, 0);
  assert.equal(transport.stats().invocations, 0);
}

async function next(statuses: AsyncIterator<Status>): Promise<Status | undefined> {
  const { done, value } = await statuses.next();
  return done === true ? undefined : value;
}

for (const protocol of ["plain", "session"] as const) {
  describe(`health over ${protocol === "plain" ? "plain wRPC" : "a session"}`, () => {
    test("is serving for what is served, and unknown for the rest", async () => {
      await withServer(protocol, async (client, server) => {
        assert.equal(await client.check(""), "serving");
        assert.equal(await client.check("a:b/greeting"), "unknown");
        const remove = server.serve(greeting, { hello: () => "hello" });
        assert.equal(await client.check("a:b/greeting"), "serving");
        remove();
        assert.equal(await client.check("a:b/greeting"), "unknown");
      });
    });

    test("is what the program says, the whole before its parts", async () => {
      await withServer(protocol, async (client, server) => {
        server.serve(greeting, { hello: () => "hello" });
        server.health.set("not-serving", "a:b/greeting");
        assert.deepEqual([await client.check(""), await client.check("a:b/greeting")], ["serving", "not-serving"]);
        server.health.set("draining");
        assert.deepEqual([await client.check(""), await client.check("a:b/greeting")], ["draining", "draining"]);
        server.health.set(undefined);
        server.health.set(undefined, "a:b/greeting");
        assert.deepEqual([await client.check(""), await client.check("a:b/greeting")], ["serving", "serving"]);
        server.health.set("not-serving", "later");
        assert.equal(await client.check("later"), "not-serving", "what is not served yet may be spoken of");
        assert.equal(server.health.check("later"), "not-serving");
      });
    });

    test("is watched from one status to the next, up to the end of the server", async () => {
      await withServer(protocol, async (client, server) => {
        const statuses = (await client.watch("a:b/greeting"))[Symbol.asyncIterator]();
        assert.equal(await next(statuses), "unknown");
        server.serve(greeting, { hello: () => "hello" });
        assert.equal(await next(statuses), "serving");
        server.health.set("not-serving", "a:b/greeting");
        server.health.set("not-serving", "a:b/greeting");
        assert.equal(await next(statuses), "not-serving");
        const drained = server.drain();
        assert.equal(await next(statuses), "draining");
        assert.equal(await next(statuses), undefined);
        await drained;
        assert.equal(server.health.check(), "draining");
      });
    });

    test("is watched no more when the caller leaves", async () => {
      await withServer(protocol, async (client, server) => {
        const watched = await client.watch("");
        for await (const status of watched) {
          assert.equal(status, "serving");
          break;
        }
        while (server.stats().calls > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      });
    });
  });
}

test("a slow watcher gets the last of the changes that it missed", async () => {
  const service = new HealthService(() => true);
  const watched = service.watch("x");
  assert.deepEqual(await watched.nextChunk(), ["serving"]);
  service.set("not-serving");
  service.set("draining");
  service.set(undefined);
  service.set("not-serving");
  assert.deepEqual(await watched.nextChunk(), ["not-serving"]);
  service.end();
  assert.deepEqual(await watched.nextChunk(), ["draining"]);
  assert.equal(await watched.nextChunk(), undefined);
  const late = service.watch("x");
  assert.deepEqual([await late.nextChunk(), await late.nextChunk()], [["draining"], undefined]);
});

test("is bytes like any others to peers of plain wRPC", async () => {
  const server = createServer();
  const ask = (name: string): BytePeer => {
    const peer = new BytePeer(dialMemory(server));
    peer.send(header("witwire:health/health@0.1.0", name), "00 01 00");
    peer.end();
    return peer;
  };
  const check = ask("check");
  await until(() => check.state === "ended");
  assert.equal(toHex(check.received), "000100");
  const watch = ask("watch");
  await until(() => bytesByPath(watch.received)["0"] === "0100");
  server.health.set("not-serving");
  await until(() => bytesByPath(watch.received)["0"] === "01000101");
  await server.close();
  assert.deepEqual(bytesByPath(watch.received), { "": "00", "0": "01000101010200" });
  assert.equal(watch.state, "ended");
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
