import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createClient, createServer } from "@witwire/rpc";
import { reflection } from "@witwire/rpc/reflection";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";

test("callers at loopback addresses and Unix sockets may ask what is served", async () => {
  const folder = await mkdtemp(join(tmpdir(), "witwire-reflection-"));
  // The last one takes IPv4 callers, and knows them by IPv6 addresses.
  const places = [
    "tcp://[::1]:0",
    "tcp://127.0.0.1:0",
    `unix://${join(folder, "s.sock")}`,
    "tcp://[::ffff:127.0.0.1]:0",
  ];
  for (const place of places) {
    const server = createServer();
    const listener = await listen(server, place);
    const address = listener.address.replace("[::ffff:127.0.0.1]", "127.0.0.1");
    for (const protocol of ["", "wrpc+"]) {
      const transport = connect(`${protocol}${address}`);
      assert.deepEqual(await createClient(reflection, transport).instances(), [], address);
      await transport.close();
    }
    await listener.close();
    await server.close();
  }
  await rm(folder, { recursive: true });
});
