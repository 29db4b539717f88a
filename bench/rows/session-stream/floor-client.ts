/** The same chunks through a bare socket that is piped back to itself. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { startServer } from "../../server-process.ts";
import { CHUNK_BYTES } from "./chunks.ts";
import { heapOption, holdHeap } from "./large-heap.ts";
import { measureThroughput } from "./throughput.ts";

holdHeap();
await using server = await startServer(join(import.meta.dirname, "floor-server.ts"), heapOption());
const socket = createConnection({ host: "127.0.0.1", port: Number(server.address), noDelay: true });
await once(socket, "connect");
await measureThroughput(echo);
socket.destroy();

async function echo(chunks: number): Promise<number> {
  let received = 0;
  const done = Promise.withResolvers<void>();
  const count = (bytes: Buffer): void => {
    received += bytes.length;
    if (received >= chunks * CHUNK_BYTES) done.resolve();
  };
  socket.on("data", count);
  for (let sent = 0; sent < chunks; sent++) {
    if (!socket.write(new Uint8Array(CHUNK_BYTES))) await once(socket, "drain");
  }
  await done.promise;
  socket.off("data", count);
  return received;
}
