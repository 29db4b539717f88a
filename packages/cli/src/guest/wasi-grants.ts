import type { InstanceImports } from "@witwire/host";
import { createWasi, type WasiOptions } from "@witwire/wasi";
import { UsageError } from "../usage-error.ts";

/** What the command line grants a guest. */
export interface Grants {
  /** `NAME=value`. */
  readonly env: readonly string[];
  /** `host::guest`, or one path that is both. */
  readonly dirs: readonly string[];
  /** `host`, `host:port`, or `all`: where it may connect, and send HTTP requests. */
  readonly net: readonly string[];
  readonly args: readonly string[];
  /** Whether it may read this process's standard input. Default `true`. */
  readonly stdin?: boolean;
}

/**
 * Makes the WASI of one instance after the other. All share the standard streams of this process.
 *
 * @throws UsageError for grants that cannot be read, and folders that are none
 */
export function wasiFactory(grants: Grants): () => InstanceImports {
  const options: WasiOptions = {
    ...(grants.stdin === false ? {} : { stdin: "inherit" }),
    stdout: "inherit",
    stderr: "inherit",
    args: grants.args,
    env: Object.fromEntries(grants.env.map(parseVariable)),
    preopens: Object.fromEntries(grants.dirs.map(parseFolder)),
    ...network(grants.net),
  };
  try {
    createWasi(options)[Symbol.dispose]();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return () => createWasi(options);
}

function network(hosts: readonly string[]): Pick<WasiOptions, "network" | "http"> {
  if (hosts.length === 0) return {};
  if (hosts.includes("all")) return { network: "inherit", http: { outgoing: "inherit" } };
  return { network: { connect: hosts }, http: { outgoing: hosts } };
}

function parseVariable(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new UsageError(`--env ${text} has no value: write --env NAME=value`);
}

function parseFolder(text: string): [guest: string, host: string] {
  const [host = "", guest = host, ...rest] = text.split("::");
  if (host !== "" && guest !== "" && rest.length === 0) return [guest, host];
  throw new UsageError(`--dir ${text} is not understood: write --dir <folder here>::<name for the guest>`);
}
