import { type InvocationTransport, isRpcError } from "@witwire/rpc";
import { InteropError } from "../interop-error.ts";
import { judge, type Outcome } from "../outcome.ts";
import type { Peer } from "../peers/peer.ts";
import type { Row } from "../rows/row.ts";
import { rows as allRows } from "../rows/rows.ts";
import { callRow } from "./call-row.ts";

/** What calling a server takes to know of it. */
export type CalledPeer = Pick<Peer, "defects" | "rootInstance">;

/**
 * Calls a peer's server with every row.
 *
 * @param renew what calls go over after one that the peer did wrong; default: the same transport, which must not suffer
 */
export async function callRows(
  peer: CalledPeer,
  transport: InvocationTransport,
  rows: readonly Row[],
  renew: () => InvocationTransport = () => transport,
): Promise<Outcome[]> {
  let current = transport;
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const outcome = judge(peer, "we-call", row.row, await errorOf(row, current, peer));
    outcomes.push(outcome);
    if (outcome.status !== "defect") continue;
    // Whatever the peer did wrong, the next call must not feel it.
    current = renew();
    const error = await errorOf(neighbour, current, peer);
    if (error === undefined) continue;
    outcomes[outcomes.length - 1] = { ...outcome, status: "failed", detail: `the call after it failed: ${error}` };
  }
  return outcomes;
}

const neighbour = findRow("scalars/echo-string/unicode");

function findRow(name: string): Row {
  const row = allRows.find((candidate) => candidate.row === name);
  if (row === undefined) throw new InteropError(`there is no row ${name}`);
  return row;
}

async function errorOf(row: Row, transport: InvocationTransport, peer: CalledPeer): Promise<string | undefined> {
  try {
    await callRow(row, transport, peer.rootInstance);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** Failed calls have a code. Anything else is a wrong answer, or an error of the suite itself that should be seen. */
function describe(error: unknown): string {
  const { name, message } = error as Error;
  if (isRpcError(error)) return `[${error.code}] ${message}`;
  return name === "WrongAnswer" ? `[wrong answer] ${message}` : `${name}: ${message}`;
}
