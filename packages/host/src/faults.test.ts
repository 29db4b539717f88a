import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from "node:net";
import { describe, test } from "node:test";
import { connect, listen } from "@witwire/node";
import { createClient, createServer, type DynamicClient, type RpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { guestWit, workerGuest } from "./testing/guests.ts";
import { type ServedComponent, serveOverTcp } from "./testing/served.ts";

const contract = parseWit(guestWit);
const backend = findInterface(contract, "backend");

/** A peer that does with every connection what it is told. */
async function rawPeer(serve: (socket: Socket) => void): Promise<AsyncDisposable & { readonly address: string }> {
  const sockets = new Set<Socket>();
  const server: SocketServer = createSocketServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  server.listen(0, "::1");
  await once(server, "listening");
  return {
    address: `wrpc+tcp://[::1]:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Serves the worker with its backend at an address, and calls `ask`. */
async function withBackend(
  address: string,
  body: (client: DynamicClient, served: ServedComponent) => Promise<void>,
  importTimeout = 5_000,
): Promise<void> {
  const transport = connect(address);
  await using served = await serveOverTcp(await workerGuest(), { remote: { transport }, importTimeout });
  await body(createClient(findInterface(contract, "work"), served.transport), served);
  await transport.close();
  assert.deepEqual(served.host.stats(), { instances: 0, idle: 0, running: 0, waiting: 0 });
}

/** What the caller of `ask` and the operator of the server learn. */
async function askFails(client: DynamicClient, { failures }: ServedComponent): Promise<RpcError> {
  const before = failures.length;
  await assert.rejects(client.ask?.("anybody?") as Promise<unknown>, { code: "unknown" });
  const failure = failures.at(-1) as RpcError;
  assert.equal(failures.length, before + 1);
  assert.equal(failure.code, "trap");
  assert.equal(await client.echo?.("still here"), "still here", "the next call works");
  return failure;
}

/** The failure of the import behind a trap. */
function importFailure(error: RpcError): { readonly code: unknown; readonly message: string } {
  const { cause } = error.cause as Error;
  return cause as RpcError;
}

describe("an import at a peer", () => {
  test("that is not there traps the guest, and the next call works", async () => {
    const gone = await rawPeer(() => {});
    await gone[Symbol.asyncDispose]();
    await withBackend(gone.address, async (client, served) => {
      const failure = await askFails(client, served);
      assert.match(failure.message, /the import test:host\/backend#ask failed: .*ECONNREFUSED/);
      assert.equal(importFailure(failure).code, "unavailable");
    });
  });

  test("that never answers is given up after the time that calls have", async () => {
    await using silent = await rawPeer(() => {});
    await withBackend(
      silent.address,
      async (client, served) => {
        const failure = await askFails(client, served);
        assert.equal(importFailure(failure).code, "deadline-exceeded");
      },
      50,
    );
  });

  test("that hangs up is a trap", async () => {
    await using rude = await rawPeer((socket) => socket.end());
    await withBackend(rude.address, async (client, served) => {
      const failure = await askFails(client, served);
      assert.match(failure.message, /without a result/);
    });
  });

  test("that resets the connection is a trap", async () => {
    await using rude = await rawPeer((socket) => socket.resetAndDestroy());
    await withBackend(rude.address, async (client, served) => void (await askFails(client, served)));
  });

  test("that answers garbage is a trap that says so", async () => {
    const garbage = [
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0, 5, 200, 1, 2, 3, 4]),
      Buffer.from([0, 3, 2, 0xc3, 0x28]),
      Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ];
    for (const bytes of garbage) {
      await using peer = await rawPeer((socket) => socket.end(bytes));
      await withBackend(peer.address, async (client, served) => {
        const failure = await askFails(client, served);
        assert.match(
          String(importFailure(failure).code),
          /^(protocol|unknown|resource-exhausted)$/,
          bytes.toString("hex"),
        );
      });
    }
  });

  test("that was restarted is called again without further ado", async () => {
    const implementation = { ask: (text: string) => text.toUpperCase(), try: (a: number) => a };
    const first = createServer({ onFailure: () => {} });
    first.serve(backend, implementation);
    const listener = await listen(first, "wrpc+tcp://[::1]:0");
    await withBackend(listener.address, async (client, served) => {
      assert.equal(await client.ask?.("a"), "A");
      await listener.close();
      await first.close({ grace: 0 });
      await askFails(client, served);
      const second = createServer({ onFailure: () => {} });
      second.serve(backend, implementation);
      await using _listener = await listen(second, listener.address);
      assert.equal(await client.ask?.("b"), "B");
      await second.close({ grace: 0 });
    });
  });

  test("is cancelled when the caller of the component gives up, and the instance is gone", async () => {
    const aborted = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const server = createServer({ onFailure: () => {} });
    server.serve(backend, {
      ask: (_text: string, { signal }: CallContext) =>
        new Promise<string>((_resolve, reject) => {
          asked.resolve();
          signal.addEventListener("abort", () => {
            aborted.resolve();
            reject(signal.reason);
          });
        }),
      try: () => 0,
    });
    await using listener = await listen(server, "wrpc+tcp://[::1]:0");
    await withBackend(listener.address, async (client, served) => {
      const caller = new AbortController();
      const call = client.ask?.("long", { signal: caller.signal }) as Promise<unknown>;
      await asked.promise;
      assert.equal(served.host.stats().running, 1);
      caller.abort();
      await assert.rejects(call, { code: "cancelled" });
      await aborted.promise;
      assert.equal(await client.count?.(), 1);
      while (served.host.stats().instances > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    await server.close({ grace: 0 });
  });
});
