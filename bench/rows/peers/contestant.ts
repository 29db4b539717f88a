/**
 * Measures one peer: `contestant.ts <peer> calls <in flight>`, `<peer> people` or `<peer> bytes`. Its server runs in a
 * process of its own.
 */
import { timedLoop } from "../../closed-loop.ts";
import { echo, streamBytes, streamPeople } from "./checked.ts";
import { startPeer } from "./start-peer.ts";
import { CHUNK_BYTES } from "./streamed.ts";

const SECONDS = 2.5;
/** Streams that are measured, and half as many in front. */
const STREAMS = 6;
const PEOPLE = 20_000;
const CHUNKS = 1000;

const [name = "", mode = "", inFlight = "64"] = process.argv.slice(2);
await using peer = await startPeer(name);
const { client, server } = peer;
if (mode === "calls") await measureCalls(Number(inFlight));
else if (mode === "people") await measureStream(() => streamPeople(client, PEOPLE), PEOPLE);
else await measureStream(() => streamBytes(client, CHUNKS), (CHUNKS * CHUNK_BYTES) / 1e6);

async function measureCalls(concurrency: number): Promise<void> {
  const call = (): Promise<void> => echo(client);
  await timedLoop(call, { seconds: SECONDS / 2, concurrency });
  const before = await server.usage();
  const { calls, callsPerSecond, p50, p99, cpuPerCall } = await timedLoop(call, { seconds: SECONDS, concurrency });
  const after = await server.usage();
  const serverCpu = (after.cpu - before.cpu) / calls;
  print({ value: callsPerSecond, clientCpu: cpuPerCall, serverCpu, p50, p99, serverRss: after.rss / 1e6 });
}

/** @param amount what one stream brings: records, or megabytes */
async function measureStream(stream: () => Promise<void>, amount: number): Promise<void> {
  for (let count = 0; count < STREAMS / 2; count++) await stream();
  const before = await server.usage();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  for (let count = 0; count < STREAMS; count++) await stream();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await server.usage();
  const total = STREAMS * amount;
  const serverCpu = (after.cpu - before.cpu) / total;
  print({ value: total / seconds, clientCpu: (user + system) / total, serverCpu, serverRss: after.rss / 1e6 });
}

function print(numbers: Record<string, number>): void {
  console.log(JSON.stringify(numbers));
}
