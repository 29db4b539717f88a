import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type NatsServer, startNatsServer } from "../packages/nats/src/testing/nats-server.ts";
import { recordCaptures } from "./capture/record.ts";
import { writeDocument } from "./document.ts";
import { InteropError } from "./interop-error.ts";
import { callsUs } from "./ours/calls-us.ts";
import { writeCertificates } from "./ours/certificates.ts";
import { weCall } from "./ours/we-call.ts";
import { goPeers } from "./peers/go.ts";
import type { Direction, Peer, Transport } from "./peers/peer.ts";
import { startPeer } from "./peers/peer-process.ts";
import { rustPeers } from "./peers/rust.ts";
import type { Row } from "./rows/row.ts";
import { rows as allRows } from "./rows/rows.ts";
import { formatTable, formatTransports, type Passage } from "./table.ts";

const help = `npm run interop -- [options]

Calls other implementations with every row, and has them call us, over every transport that both have. Fails where a row fails
that no known defect of the peer explains, and where a row works in spite of one.

  --peers <text>   only peers with this in their names
  --over <list>    only these transports: tcp,unix,nats,ws,wss,http,https,h2c,h2,quic
  --rows <text>    only rows with this in their names
  --capture        records the bytes of both sides into interop/captures, instead of calling
  --document       writes the results of the peers into docs/interop.md too
  --list           names the peers and the rows
  --help           prints this
`;

/** All other implementations that the suite knows. */
const peers: readonly Peer[] = [...rustPeers, ...goPeers];

try {
  process.exitCode = await main();
} catch (error) {
  const expected =
    error instanceof InteropError || String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
  if (!expected) throw error;
  console.error(`interop: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      peers: { type: "string", default: "" },
      over: { type: "string", default: "" },
      rows: { type: "string", default: "" },
      capture: { type: "boolean", default: false },
      document: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const chosenPeers = choose(peers, values.peers, "peer", ({ id }) => id);
  const chosenRows = choose(allRows, values.rows, "row", ({ row }) => row);
  if (values.list) {
    console.log([...chosenPeers.map(({ id }) => id), ...chosenRows.map(({ row }) => row)].join("\n"));
    return 0;
  }
  const transports = values.over === "" ? undefined : new Set(values.over.split(","));
  if (values.document && (chosenRows.length < allRows.length || transports !== undefined)) {
    throw new InteropError("--document writes whole tables; leave --rows and --over out");
  }
  const programs = new Map<Peer, string>();
  for (const peer of chosenPeers) {
    console.error(`building ${peer.id}`);
    programs.set(peer, await build(peer));
  }
  if (values.capture) {
    for (const [peer, program] of programs) await recordCaptures(peer, program, chosenRows);
    return 0;
  }
  const passages: Passage[] = [];
  for (const [peer, program] of programs)
    passages.push(...(await runPeer(only(peer, transports), program, chosenRows)));
  console.log(`${formatTable(passages)}\n\n${formatTransports(passages)}\n`);
  if (values.document) await writeDocument(passages);
  return report(passages);
}

async function build(peer: Peer): Promise<string> {
  try {
    return await peer.build();
  } catch (error) {
    if (!(error instanceof InteropError)) throw error;
    throw new InteropError(`${error.message}; to leave ${peer.id} out, name another with --peers`, { cause: error });
  }
}

function choose<T>(all: readonly T[], filter: string, what: string, nameOf: (item: T) => string): T[] {
  const chosen = all.filter((item) => nameOf(item).includes(filter));
  if (chosen.length === 0) throw new InteropError(`no ${what} is called ${JSON.stringify(filter)}; --list names them`);
  return chosen;
}

/** The peer with the defects that it shows over a transport. */
function over(transport: Transport, peer: Peer): Peer {
  return { ...peer, defects: peer.defects.filter((defect) => defect.over?.includes(transport) ?? true) };
}

/** The peer with some of its transports. */
function only(peer: Peer, wanted: ReadonlySet<string> | undefined): Peer {
  if (wanted === undefined) return peer;
  return { ...peer, transports: peer.transports.filter((transport) => wanted.has(transport)) };
}

async function runPeer(peer: Peer, program: string, rows: readonly Row[]): Promise<Passage[]> {
  const folder = await mkdtemp(join(tmpdir(), "witwire-interop-"));
  try {
    const passages: Passage[] = [];
    await using nats = peer.transports.includes("nats") ? await startNats() : undefined;
    await writeCertificates(folder);
    for (const transport of peer.transports) {
      for (const direction of ["we-call", "calls-us"] as const) {
        const address = addressOf(transport, join(folder, `${direction}.sock`), nats, direction);
        const outcomes = await runDirection(direction, { peer: over(transport, peer), program, rows, folder }, address);
        passages.push({ peer, direction, transport, outcomes });
      }
    }
    return passages;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Subject {
  readonly peer: Peer;
  readonly program: string;
  readonly rows: readonly Row[];
  readonly folder: string;
}

async function startNats(): Promise<NatsServer> {
  try {
    return await startNatsServer();
  } catch (cause) {
    throw new InteropError((cause as Error).message, { cause });
  }
}

function addressOf(transport: Transport, socket: string, nats: NatsServer | undefined, prefix: string): string {
  if (transport === "nats") return `nats://${nats?.host}/${prefix}?group=interop`;
  return transport === "unix" ? `unix://${socket}` : `${transport}://[::1]:0`;
}

async function runDirection(direction: Direction, subject: Subject, address: string): ReturnType<typeof weCall> {
  const { peer, program, rows, folder } = subject;
  if (direction === "calls-us") return callsUs(peer, program, address, rows, folder);
  await using server = await startPeer(program, address);
  return await weCall(peer, server.address, rows);
}

/** Names what failed. @returns the exit code */
function report(passages: readonly Passage[]): number {
  let calls = 0;
  let failed = 0;
  for (const { peer, direction, transport, outcomes } of passages) {
    calls += outcomes.length;
    for (const { row, status, detail } of outcomes) {
      if (status !== "failed") continue;
      failed++;
      console.error(`failed: ${row}, ${peer.id} ${direction} over ${transport}: ${detail}`);
    }
  }
  console.log(`${calls} rows: ${failed === 0 ? "all as expected" : `${failed} failed`}`);
  return failed === 0 ? 0 : 1;
}
