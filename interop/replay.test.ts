/** The bytes that other implementations sent, played back to ours. `npm run interop -- --capture` records them. */
import { equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDuplexPair, type Server } from "@witwire/rpc";
import { type CapturedRow, type CaptureFile, readCaptures } from "./capture/capture-file.ts";
import { Handles } from "./capture/handles.ts";
import { playBack, send } from "./capture/playback.ts";
import { callRow } from "./ours/call-row.ts";
import { createOurServer } from "./ours/calls-us.ts";
import type { Peer } from "./peers/peer.ts";
import { rustPeers } from "./peers/rust.ts";
import type { Row } from "./rows/row.ts";
import { rows } from "./rows/rows.ts";

/** The newest of each release. */
const peers = ["rust-leb128-0.1.7", "rust-wrpc-0.18"].map((name) => find(rustPeers, ({ id }) => id === name));

for (const peer of peers) {
  const asked = await readCaptures(peer.id, "calls-us");
  const answered = await readCaptures(peer.id, "we-call");

  for (const file of [asked, answered]) {
    test(`${file.peer} ${file.direction}: every row was recorded, is too long, or shows a defect`, () => {
      const known = new Set([...file.rows.map(({ row }) => row), ...file.omitted, ...brokenRows(peer, file)]);
      equal(rows.filter(({ row }) => !known.has(row)).length, 0, "record the new rows: npm run interop -- --capture");
      equal(known.size, rows.length, "rows were recorded that there are no more");
    });
  }

  test(`our server gives ${peer.id} the answers that it gave before`, async (context) => {
    const server = createOurServer(peer);
    for (const captured of asked.rows) await context.test(captured.row, () => answerAgain(server, captured));
    equal(server.stats().calls, 0);
    await server.close({ grace: 0 });
  });

  test(`our client understands what ${peer.id} answered`, async (context) => {
    for (const captured of answered.rows) await context.test(captured.row, () => askAgain(peer, captured));
  });

  test(`answers of ${peer.id} that are cut short fail, and never hang`, async () => {
    const { connections } = findRow(answered.rows, "compounds/echo-record/full");
    const whole = connections[0]?.response ?? "";
    for (let length = 0; length < whole.length; length += 2) {
      await rejects(callRow(findRow(rows, "compounds/echo-record/full"), playBack([whole.slice(0, length)]).transport));
    }
  });
}

async function answerAgain(server: Server, captured: CapturedRow): Promise<void> {
  const row = findRow(rows, captured.row);
  const handles = new Handles();
  for (const { request, response } of captured.connections) {
    const [theirs, ours] = createMemoryDuplexPair();
    server.accept(ours);
    const answer = send(theirs, handles.translate(request));
    if (isDeterministic(row)) equal(handles.learn(await answer, response), response);
    // How a stream is cut into frames depends on how it arrives, so what counts is what it says.
    else await callRow(row, playBack([await answer]).transport);
  }
}

async function askAgain(peer: Peer, { row: name, connections }: CapturedRow): Promise<void> {
  const row = findRow(rows, name);
  const playback = playBack(connections.map(({ response }) => response));
  await callRow(row, playback.transport, peer.rootInstance);
  if (!isDeterministic(row)) return;
  equal(playback.requests.join("\n"), connections.map(({ request }) => request).join("\n"));
}

function isDeterministic(row: Row): boolean {
  return row.interface !== "async-values";
}

function brokenRows(peer: Peer, { direction }: CaptureFile): string[] {
  return peer.defects.flatMap((defect) => defect.rows[direction].flatMap((some) => some.rows));
}

function findRow<T extends { readonly row: string }>(list: readonly T[], name: string): T {
  return find(list, ({ row }) => row === name);
}

function find<T>(list: readonly T[], fits: (item: T) => boolean): T {
  const found = list.find(fits);
  if (found === undefined) throw new RangeError("rows have changed; record again: npm run interop -- --capture");
  return found;
}
