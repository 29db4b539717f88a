import type { Outcome } from "../outcome.ts";
import { compatOf, type Peer } from "../peers/peer.ts";
import type { Row } from "../rows/row.ts";
import { callRows } from "./call-rows.ts";
import { connectTo } from "./over.ts";

/** Our client calls a peer's server with every row. */
export async function weCall(peer: Peer, address: string, rows: readonly Row[]): Promise<Outcome[]> {
  const transport = connectTo(address, compatOf(peer));
  try {
    return await callRows(peer, transport, rows);
  } finally {
    await transport.close();
  }
}
