import type { RemoteImports } from "@witwire/host";
import type { InvocationTransport } from "@witwire/rpc";
import { openTransport } from "../open-transport.ts";

/** Where imports are called, and the transports that lead there. */
export interface ImportAddresses {
  readonly remote: RemoteImports;
  readonly transports: readonly InvocationTransport[];
}

/**
 * Reads `--import <address>`, for all imports, and `--import <interface>=<address>`, for one.
 *
 * @throws UsageError for addresses that are none
 */
export function importAddresses(values: readonly string[]): ImportAddresses {
  const transports = new Map<string, InvocationTransport>();
  const interfaces: Record<string, InvocationTransport> = {};
  let rest: InvocationTransport | undefined;
  for (const value of values) {
    const { name, address } = split(value);
    const transport = transports.get(address) ?? openTransport(address);
    transports.set(address, transport);
    if (name === undefined) rest = transport;
    else interfaces[name] = transport;
  }
  return {
    remote: { interfaces, ...(rest === undefined ? {} : { transport: rest }) },
    transports: [...transports.values()],
  };
}

/** Addresses may have an equals sign in them; names of interfaces have no `//`. */
function split(value: string): { readonly name: string | undefined; readonly address: string } {
  const equals = value.indexOf("=");
  const scheme = value.indexOf("://");
  if (equals < 0 || (scheme >= 0 && scheme < equals)) return { name: undefined, address: value };
  return { name: value.slice(0, equals), address: value.slice(equals + 1) };
}
