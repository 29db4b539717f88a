import { createConnection } from "node:net";
import { createClient } from "../../../packages/rpc/src/client/create-client.ts";
import { createSessionTransport } from "../../../packages/rpc/src/peer/session-transport.ts";
import { Stream } from "@witwire/wit/values";
import { join } from "node:path";
import { startServer } from "../../server-process.ts";
import { CHUNK_BYTES } from "./chunks.ts";
import { pipes } from "./generated/bench/streams/pipes.ts";
import { measureThroughput } from "./throughput.ts";
import { SocketDuplex } from "./direct-duplex.ts";
await using server = await startServer(join(import.meta.dirname, "ours-server.ts"));
const port = Number(server.address.split(":").at(-1));
const transport = createSessionTransport(() => new SocketDuplex(createConnection({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true }), { transport: "tcp", address: "x" }, false, {}));
const client = createClient(pipes, transport);
await measureThroughput(echo);
await transport.close();
async function echo(chunks: number): Promise<number> {
  const echoed = await client.bytes(Stream.fromChunks(produce(chunks, () => new Uint8Array(CHUNK_BYTES))));
  let bytes = 0;
  for await (const chunk of echoed.chunks()) bytes += chunk.byteLength;
  return bytes;
}
function* produce<C>(chunks: number, make: () => C): Generator<C> {
  for (let sent = 0; sent < chunks; sent++) yield make();
}
