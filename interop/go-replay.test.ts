/** The bytes that a Go peer sent, played back to ours, and what our sides do about the defects that they show. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import {
  createClient,
  createMemoryDuplexPair,
  createMemoryTransport,
  createPlainTransport,
  type Duplex,
  type InvocationTransport,
  isRpcError,
  type PlainTransportOptions,
} from "@witwire/rpc";
import { type CapturedRow, readCaptures } from "./capture/capture-file.ts";
import { Handles } from "./capture/handles.ts";
import { contractOf } from "./contract.ts";
import { callRow } from "./ours/call-row.ts";
import { createOurServer } from "./ours/calls-us.ts";
import { goPeers } from "./peers/go.ts";
import { compatOf, type Peer } from "./peers/peer.ts";
import { rows } from "./rows/rows.ts";

const [peer] = goPeers as readonly [Peer];
const asked = await readCaptures("go", "calls-us");
const answered = await readCaptures("go", "we-call");

test("every row was recorded, is too long, or shows a defect", () => {
  for (const file of [asked, answered]) {
    const broken = peer.defects.flatMap(({ rows: all }) => all[file.direction].flatMap((some) => some.rows));
    const known = new Set([...file.rows.map(({ row }) => row), ...file.omitted, ...broken]);
    deepEqual(
      rows.map(({ row }) => row).filter((row) => !known.has(row)),
      [],
    );
  }
});

test("our client understands what the Go peer answered, without an end of the connection where there is a result", async (context) => {
  for (const captured of answered.rows) {
    await context.test(captured.row, async () => {
      const playback = playBack(captured);
      await callRow(find(rows, captured.row), playback.transport);
      await playback.transport.close({ force: true });
    });
  }
});

test("our server gives the Go peer the answers that it gave before", async (context) => {
  const server = createOurServer(peer);
  for (const captured of asked.rows) {
    await context.test(captured.row, async () => {
      const handles = new Handles();
      for (const { request, response } of captured.connections) {
        const [theirs, ours] = createMemoryDuplexPair();
        server.accept(ours);
        const answer = await received(theirs, response.length, bytesOf(handles.translate(request)));
        equal(handles.learn(answer, response).length, response.length);
        if (!captured.row.startsWith("async-values/")) equal(handles.learn(answer, response), response);
      }
    });
  }
  equal(server.stats().calls, 0);
  await server.close({ grace: 0 });
});

test("chars are numbers: the euro sign is not three bytes, and a codec for other peers does not take it", async () => {
  const euro = find(answered.rows, "scalars/echo-char/three");
  match(responseOf(euro), /^0002ac41$/);
  const plain = playBack(euro, {});
  await rejects(callRow(find(rows, euro.row), plain.transport), (error) => isRpcError(error));
  await plain.transport.close({ force: true });
});

test("every primitive of a stream is a frame of its own", () => {
  // Path [0]: the count, then a number and a text for each of the first three elements.
  match(
    responseOf(find(answered.rows, "async-values/echo-record-stream/several")),
    /01000103.*01000101.*01000[0-9a-f]/,
  );
});

test("a function without a result is answered by an empty frame, and such a call completes only with the end", async () => {
  const nothing = find(answered.rows, "voids/nothing/once");
  equal(responseOf(nothing), "0000");
  equal(nothing.connections[0]?.request.slice(-4), "0000");
});

test("a function that is not there leaves the connection open, and the deadline of our call ends it", async () => {
  let aborted = false;
  const transport = createPlainTransport(
    () => {
      const [ours, theirs] = createMemoryDuplexPair();
      theirs.start({ data() {}, end() {}, flushed() {}, error: () => (aborted = true) });
      return ours;
    },
    { compat: "go" },
  );
  const client = createClient(contractOf("scalars"), transport);
  const late = (error: unknown): boolean => isRpcError(error) && error.code === "deadline-exceeded";
  await rejects(async () => client.echoString?.("hello", { timeout: 50 }), late);
  await transport.close();
  ok(aborted);
  deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
});

test("values beyond what the Go peer can hold are refused in both directions, and no byte is sent", async () => {
  const server = createOurServer(peer);
  const transport = createMemoryTransport(server, { compat: "go" });
  const refused = (error: unknown): boolean => isRpcError(error) && error.code === "resource-exhausted";
  for (const { row } of rows.filter(({ row }) => /\/(10000|64-kib|1500-kib)$/.test(row) && !row.startsWith("async"))) {
    await rejects(callRow(find(rows, row), transport), refused, row);
  }
  // Our server was never called, so it refuses for itself when a client without the option calls it.
  const plain = createMemoryTransport(server);
  await rejects(callRow(find(rows, "lists/echo-bytes/10000"), plain), (error) => isRpcError(error));
  await plain.close();
  await transport.close();
  await server.close();
});

interface Playback {
  readonly transport: InvocationTransport;
}

/** A peer that answers with recorded bytes, and ends the connection only where nothing else says that it is done. */
function playBack({ row, connections }: CapturedRow, options: PlainTransportOptions = compatOf(peer)): Playback {
  let opened = 0;
  const answer = (theirs: Duplex): void => {
    const response = connections[opened++]?.response ?? "";
    theirs.write([bytesOf(response)]);
    if (response === "0000" || response === "" || row.startsWith("voids/")) theirs.end();
  };
  const dial = (): Duplex => {
    const [ours, theirs] = createMemoryDuplexPair();
    let asked = false;
    const data = (): void => {
      if (!asked) answer(theirs);
      asked = true;
    };
    theirs.start({ data, end() {}, flushed() {}, error() {} });
    return ours;
  };
  return { transport: createPlainTransport(dial, options) };
}

/** Sends a request without an end, and gives the answer once it has a number of hexadecimal digits, or has ended. */
function received(duplex: Duplex, digits: number, request: Uint8Array): Promise<string> {
  let answer = "";
  return new Promise((resolve) => {
    const settle = (): void => {
      resolve(answer);
      duplex.end();
    };
    duplex.start({
      data(bytes) {
        answer += Buffer.from(bytes).toString("hex");
        if (answer.length >= digits && digits > 0) settle();
      },
      end: settle,
      flushed() {},
      error: settle,
    });
    duplex.write([request]);
  });
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function responseOf({ connections }: CapturedRow): string {
  return connections[0]?.response ?? "";
}

function find<T extends { readonly row: string }>(list: readonly T[], name: string): T {
  const found = list.find(({ row }) => row === name);
  if (found === undefined) throw new RangeError(`there is no row ${name}; record again: npm run interop -- --capture`);
  return found;
}
