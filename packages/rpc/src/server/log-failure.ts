import type { Peer } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";

/** A call, or an attempt at one, that did not succeed. Plain wRPC cannot tell the caller why, so this is where it is said. */
export interface FailedCall {
  readonly error: RpcError;
  readonly peer: Peer;
  /** Absent when the header was bad. */
  readonly instance?: string;
  readonly name?: string;
}

/** What callers do to themselves: they left, or were lost. */
const callersOwn: ReadonlySet<string> = new Set(["cancelled", "unavailable", "unknown"]);

/** Plain wRPC tells the caller nothing, so whatever this side found wrong would otherwise be seen by nobody. */
export function logFailure({ error, instance, name, peer }: FailedCall): void {
  if (callersOwn.has(error.code)) return;
  const what = name === undefined ? "a connection" : instance === "" ? name : `${instance}.${name}`;
  const from = peer.address ?? peer.transport;
  const message = `witwire: ${what} from ${from} failed: ${error.message} [${error.code}]`;
  if (error.code === "internal" && error.cause !== undefined) console.error(message, error.cause);
  else console.error(message);
}
