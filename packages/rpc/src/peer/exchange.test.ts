import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/create-client.ts";
import { hello } from "../compliance/contracts.ts";
import { concat, toHex } from "../compliance/wire-bytes.ts";
import { createServer } from "../server/create-server.ts";
import { documentedExchange } from "../session/testing/documented.ts";
import type { Duplex } from "../transport/duplex.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { createSessionTransport } from "./session-transport.ts";

test("client and server say what docs/protocol.md has them say", async () => {
  const server = createServer();
  server.serve(hello, { hello: () => "hello from Rust" });
  const sent: Record<"client" | "server", Uint8Array[]> = { client: [], server: [] };
  const dial = (): Duplex => {
    const duplex = dialMemory(server);
    const write = duplex.write.bind(duplex);
    const start = duplex.start.bind(duplex);
    duplex.write = (chunks) => {
      sent.client.push(...chunks);
      return write(chunks);
    };
    duplex.start = (events) =>
      start({
        ...{ end: () => events.end(), flushed: () => events.flushed(), error: (error) => events.error(error) },
        data: (bytes) => {
          sent.server.push(bytes);
          events.data(bytes);
        },
      });
    return duplex;
  };
  const transport = createSessionTransport(dial);
  const client = createClient(hello, transport);
  assert.equal(await client.hello?.(), "hello from Rust");
  assert.equal(await client.hello?.(), "hello from Rust");
  await transport.close();
  const documented = documentedExchange();
  assert.equal(toHex(concat(...sent.client)), toHex(documented.client));
  assert.equal(toHex(concat(...sent.server)), toHex(documented.server));
  await server.close();
});
