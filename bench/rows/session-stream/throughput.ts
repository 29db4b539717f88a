import { CHUNK_BYTES, CHUNKS, WARMUP_CHUNKS } from "./chunks.ts";

/** Echoes a number of chunks twice, the first time to warm up, and prints megabytes per second of the second time. */
export async function measureThroughput(echo: (chunks: number) => Promise<number>): Promise<void> {
  await echoAll(echo, WARMUP_CHUNKS);
  const start = performance.now();
  await echoAll(echo, CHUNKS);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ value: (CHUNKS * CHUNK_BYTES) / 1e6 / seconds }));
}

async function echoAll(echo: (chunks: number) => Promise<number>, chunks: number): Promise<void> {
  const bytes = await echo(chunks);
  if (bytes !== chunks * CHUNK_BYTES) throw new Error(`${bytes} bytes came back of ${chunks * CHUNK_BYTES}`);
}
