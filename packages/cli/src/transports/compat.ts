import type { Compat } from "@witwire/rpc";
import { UsageError } from "../usage-error.ts";

/** An address, and what the peers there need beyond the specification. */
export interface CompatAddress {
  /** The address without its parameter `compat`. */
  readonly address: string;
  readonly compat: Compat | undefined;
}

/**
 * Reads `compat=go` among the parameters of an address: `wrpc+tcp://[::1]:7761?compat=go`.
 *
 * @throws UsageError for another value, and for addresses at which no plain wRPC is spoken
 */
export function takeCompat(written: string): CompatAddress {
  // A command may have anything in it.
  const at = written.startsWith("exec:") ? -1 : written.indexOf("?");
  const parameters = at < 0 ? [] : written.slice(at + 1).split("&");
  const others = parameters.filter((parameter) => !parameter.startsWith(PARAMETER));
  const [value, ...more] = parameters.flatMap((parameter) =>
    parameter.startsWith(PARAMETER) ? [parameter.slice(PARAMETER.length)] : [],
  );
  if (value === undefined) return { address: written, compat: undefined };
  if (value !== "go" || more.length > 0) throw new UsageError(`${written}: there is one compat, which is go`);
  const address = written.slice(0, at) + (others.length === 0 ? "" : `?${others.join("&")}`);
  if (!/^(?:wrpc\+|https?:)/.test(address)) {
    throw new UsageError(`compat is for peers of plain wRPC, so the address should be wrpc+${written}`);
  }
  return { address, compat: value };
}

const PARAMETER = "compat=";
