/**
 * Opens ten thousand of something and prints what each costs, in bytes, at both ends:
 * `contestant.ts <bare-socket | plain-connection | session | call | stream>`. Needs `--expose-gc`.
 */
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { ownUsage, startServer } from "../../server-process.ts";
import { type HeldClient, held } from "./generated/bench/memory/held.ts";
import { roomy } from "./roomy.ts";

/** Opened in front and not counted, so that what is there once is not either. */
const FIRST = 500;
const MOST = 10_000;
/** Opened at the same time. */
const BATCH = 250;
/** File descriptors that are needed for other things. */
const SPARE = 200;

const [kind = ""] = process.argv.slice(2);
await using server = await startServer(
  join(import.meta.dirname, kind === "bare-socket" ? "floor-server.ts" : "server.ts"),
);
const openOne = opener(kind, server.address);
/** Keeps what is open. */
const kept: unknown[] = [];

await openMany(FIRST);
const [client, peer] = [await ownUsage(), await server.usage()];
const count = affordable();
await openMany(count);
const [clientAfter, peerAfter] = [await ownUsage(), await server.usage()];
console.log(
  JSON.stringify({
    value: (peerAfter.heap - peer.heap) / count,
    serverRss: (peerAfter.rss - peer.rss) / count,
    clientHeap: (clientAfter.heap - client.heap) / count,
    clientRss: (clientAfter.rss - client.rss) / count,
    count,
  }),
);
// Orderly ends of ten thousand connections would take longer than all the rest.
await server[Symbol.asyncDispose]();
process.exit();

function opener(what: string, address: string): () => Promise<unknown> {
  const client = (): HeldClient => createClient(held, connect(address, { limits: roomy }));
  if (what === "bare-socket" || what === "plain-connection") return () => openSocket(Number(new URL(address).port));
  if (what === "session") {
    return async () => {
      const session = client();
      await session.ping();
      return session;
    };
  }
  const one = client();
  const timeout = 3_600_000;
  if (what === "call") {
    return async () => {
      const call = one.wait({ timeout });
      call.catch(() => {});
      return [call, await one.ping()];
    };
  }
  return async () => {
    const stream = await one.stream({ timeout });
    await stream.nextChunk();
    const next = Promise.resolve(stream.nextChunk());
    next.catch(() => {});
    return [stream, next];
  };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = createConnection({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  socket.on("data", () => {});
  await once(socket, "connect");
  return socket;
}

async function openMany(many: number): Promise<void> {
  for (let opened = 0; opened < many; opened += BATCH) {
    kept.push(...(await Promise.all(Array.from({ length: BATCH }, openOne))));
  }
}

/** Ten thousand, or as many as this process may have files open. */
function affordable(): number {
  if (kind === "call" || kind === "stream") return MOST;
  const { userLimits } = process.report.getReport() as { userLimits: { open_files: { soft: number | "unlimited" } } };
  const files = userLimits.open_files.soft;
  if (files === "unlimited" || files >= MOST + FIRST + SPARE) return MOST;
  const count = Math.floor((files - FIRST - SPARE) / BATCH) * BATCH;
  if (count <= 0) throw new Error(`only ${files} files may be open; raise it with ulimit -n`);
  console.error(`only ${files} files may be open (ulimit -n), so ${count} connections are measured instead of ${MOST}`);
  return count;
}
