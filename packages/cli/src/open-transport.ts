import { connect } from "@witwire/node";
import type { InvocationTransport } from "@witwire/rpc";
import { UsageError } from "./usage-error.ts";

/** A transport to an address that somebody wrote. @throws UsageError for one that is none */
export function openTransport(address: string): InvocationTransport {
  try {
    return connect(address);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Whether something is an address, right or wrong, and no path. */
export function looksLikeAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
