import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, listen } from "@witwire/node";
import { callRow } from "../ours/call-row.ts";
import { createOurServer } from "../ours/calls-us.ts";
import { compatOf, type Direction, type Peer } from "../peers/peer.ts";
import { callWithPeer, startPeer } from "../peers/peer-process.ts";
import type { Row } from "../rows/row.ts";
import { type CapturedConnection, type CapturedRow, writeCaptures } from "./capture-file.ts";
import { type RecordingProxy, startRecordingProxy } from "./recording-proxy.ts";

/** Bytes of a row, both sides together, beyond which it is not kept. */
const maxBytes = 4096;

/** Records both directions over TCP, and writes a file for each. */
export async function recordCaptures(peer: Peer, program: string, rows: readonly Row[]): Promise<void> {
  await recordWeCall(peer, program, rows);
  await recordCallsUs(peer, program, rows);
}

async function recordWeCall(peer: Peer, program: string, rows: readonly Row[]): Promise<void> {
  await using server = await startPeer(program, "tcp://[::1]:0");
  await using proxy = await startRecordingProxy(server.address);
  const transport = connect(`wrpc+${proxy.address}`, compatOf(peer));
  await record(peer, "we-call", rows, proxy, (row) => callRow(row, transport, peer.rootInstance));
  await transport.close();
}

async function recordCallsUs(peer: Peer, program: string, rows: readonly Row[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "witwire-interop-"));
  const server = createOurServer(peer);
  const listener = await listen(server, "wrpc+tcp://[::1]:0");
  try {
    await using proxy = await startRecordingProxy(listener.address.replace(/^wrpc\+/, ""));
    const file = join(folder, "rows.json");
    // A process for each row, so that it is known what belongs to which.
    await record(peer, "calls-us", rows, proxy, async (row) => {
      await writeFile(file, JSON.stringify([row]));
      const [report] = await callWithPeer(program, proxy.address, file);
      if (report?.ok !== true) throw new Error(report?.error ?? "was not reported");
    });
  } finally {
    await listener.close();
    await server.close({ grace: 0 });
    await rm(folder, { recursive: true, force: true });
  }
}

async function record(
  peer: Peer,
  direction: Direction,
  rows: readonly Row[],
  proxy: RecordingProxy,
  call: (row: Row) => Promise<void>,
): Promise<void> {
  const kept: CapturedRow[] = [];
  const omitted: string[] = [];
  // What a defect makes fail proves nothing when it is played back.
  const broken = new Set(peer.defects.flatMap((defect) => defect.rows[direction].flatMap((some) => some.rows)));
  for (const row of rows.filter((candidate) => !broken.has(candidate.row))) {
    await call(row);
    const connections = await proxy.take();
    if (size(connections) > maxBytes) omitted.push(row.row);
    else kept.push({ row: row.row, connections });
  }
  await writeCaptures({ peer: peer.id, direction, omitted, rows: kept });
  console.log(`${peer.id} ${direction}: ${kept.length} rows recorded, ${omitted.length} too long`);
}

function size(connections: readonly CapturedConnection[]): number {
  return connections.reduce((sum, { request, response }) => sum + (request.length + response.length) / 2, 0);
}
