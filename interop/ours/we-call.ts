import type { InvocationTransport } from "@witwire/rpc";
import type { Outcome } from "../outcome.ts";
import { compatOf, type Peer } from "../peers/peer.ts";
import type { Row } from "../rows/row.ts";
import { callRows } from "./call-rows.ts";
import { connectTo } from "./over.ts";

/** Our client calls a peer's server with every row. */
export async function weCall(peer: Peer, address: string, rows: readonly Row[]): Promise<Outcome[]> {
  const opened: InvocationTransport[] = [];
  const open = (): InvocationTransport => {
    const transport = connectTo(address, compatOf(peer));
    opened.push(transport);
    return transport;
  };
  // A peer that stops reading may hold up all calls of an HTTP/2 connection for longer than they wait.
  const renew = /^h2c?:/.test(address) ? open : undefined;
  try {
    return await callRows(peer, open(), rows, renew);
  } finally {
    for (const transport of opened) await transport.close({ force: true });
  }
}
