/**
 * What is echoed is the first argument: `bytes` or `numbers`. With `--lent` the memory of chunks is given away and borrowed,
 * with `--large-heap` both processes hold other things too.
 */
import { join } from "node:path";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { Stream } from "@witwire/wit/values";
import { startServer } from "../../server-process.ts";
import { CHUNK_BYTES } from "./chunks.ts";
import { pipes } from "./generated/bench/streams/pipes.ts";
import { heapOption, holdHeap } from "./large-heap.ts";
import { measureThroughput } from "./throughput.ts";

const kind = process.argv[2] ?? "bytes";
const lent = process.argv.includes("--lent");
/** Numbers of every size, so that they take one to five bytes on the wire. */
const numbers = Uint32Array.from({ length: CHUNK_BYTES / 4 }, (_, index) => 2 ** (index % 32));

holdHeap();
await using server = await startServer(join(import.meta.dirname, "ours-server.ts"), heapOption());
const transport = connect(server.address);
const client = createClient(pipes, transport);
await measureThroughput(echo);
await transport.close();

async function echo(chunks: number): Promise<number> {
  const options = { transfer: lent };
  const echoed =
    kind === "bytes"
      ? await client.bytes(
          Stream.fromChunks(
            produce(chunks, () => new Uint8Array(CHUNK_BYTES)),
            options,
          ),
        )
      : await client.numbers(
          Stream.fromChunks(
            produce(chunks, () => numbers.slice()),
            options,
          ),
        );
  let bytes = 0;
  for await (const chunk of echoed.chunks({ borrow: lent })) bytes += chunk.byteLength;
  return bytes;
}

function* produce<C>(chunks: number, make: () => C): Generator<C> {
  for (let sent = 0; sent < chunks; sent++) yield make();
}
