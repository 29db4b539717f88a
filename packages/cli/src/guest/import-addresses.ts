import type { RemoteImports } from "@witwire/host";
import type { InvocationTransport } from "@witwire/rpc";
import { looksLikeAddress } from "../transports/addresses.ts";
import type { ClientOptions } from "../transports/client-options.ts";
import { closeTransport, openTransport } from "../transports/open-transport.ts";

/** What stands behind one `--import`. */
export interface ImportAddress {
  /** The interface; `undefined` for all that are left. */
  readonly name: string | undefined;
  readonly address: string;
}

/** Where imports are called, and the transports that lead there. */
export interface ImportTransports {
  readonly remote: RemoteImports;
  /** @param hurry whether programs that were started for imports are ended at once */
  close(hurry: AbortSignal): Promise<void>;
}

/** Reads `<address>`, for all imports, and `<interface>=<address>`, for one. */
export function parseImport(value: string): ImportAddress {
  const equals = value.indexOf("=");
  const [name, address] = [value.slice(0, equals), value.slice(equals + 1)];
  // Addresses may have an equals sign in them. Names of interfaces have neither `//` nor blanks; of the package `exec:tools` one
  // may be meant, or a command.
  const isName = !name.includes("://") && !/\s/.test(name) && (!looksLikeAddress(name) || looksLikeAddress(address));
  return equals > 0 && isName ? { name, address } : { name: undefined, address: value };
}

/**
 * Opens the transports of imports, one for each address.
 *
 * @throws UsageError for addresses that are none
 */
export async function openImports(
  imports: readonly ImportAddress[],
  towards: (address: string) => ClientOptions,
): Promise<ImportTransports> {
  const transports = new Map<string, InvocationTransport>();
  const interfaces: Record<string, InvocationTransport> = {};
  let rest: InvocationTransport | undefined;
  for (const { name, address } of imports) {
    const transport = transports.get(address) ?? (await openTransport(address, towards(address)));
    transports.set(address, transport);
    if (name === undefined) rest = transport;
    else interfaces[name] = transport;
  }
  return {
    remote: { interfaces, ...(rest === undefined ? {} : { transport: rest }) },
    close: async (hurry) => {
      await Promise.all(Array.from(transports, ([address, transport]) => closeTransport(transport, address, hurry)));
    },
  };
}
