import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer, type Server } from "@witwire/rpc";
import { judge, type Outcome } from "../outcome.ts";
import { compatOf, type Peer } from "../peers/peer.ts";
import { callWithPeer } from "../peers/peer-process.ts";
import type { Row } from "../rows/row.ts";
import { serveAll } from "./implementation.ts";
import { listenOn } from "./over.ts";

/** A server with everything of the contract, which keeps quiet about the calls that rows make fail. */
export function createOurServer(peer: Peer): Server {
  const server = createServer({ onFailure: () => {}, ...compatOf(peer) });
  serveAll(server);
  return server;
}

/** A peer's client calls our server with every row. */
export async function callsUs(
  peer: Peer,
  program: string,
  address: string,
  rows: readonly Row[],
  folder: string,
): Promise<Outcome[]> {
  const server = createOurServer(peer);
  await using listener = await listenOn(server, address);
  const rowsFile = join(folder, "rows.json");
  await writeFile(rowsFile, JSON.stringify(rows));
  const reports = await callWithPeer(program, listener.address, rowsFile);
  const errors = new Map(reports.map(({ row, ok, error }) => [row, ok ? undefined : (error ?? "no reason given")]));
  const outcomes = rows.map(({ row }): Outcome => {
    // A row that the peer says nothing of would otherwise be taken for one that works.
    if (!errors.has(row)) return { row, status: "failed", detail: "was not reported by the peer" };
    return judge(peer, "calls-us", row, errors.get(row));
  });
  return [...outcomes, ...(await leftovers(server))];
}

/** How long the server may take to be done with the last call, in milliseconds. */
const patience = 5000;

/** No call may be left behind, whatever the peer did. */
async function leftovers(server: Server): Promise<Outcome[]> {
  for (let waited = 0; waited < patience && server.stats().calls > 0; waited += 50) await sleep(50);
  const { calls } = server.stats();
  await server.close({ grace: 0 });
  return calls === 0 ? [] : [{ row: "root/leftovers", status: "failed", detail: `${calls} calls still run` }];
}
