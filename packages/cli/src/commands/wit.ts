import type { Instance } from "@witwire/rpc/reflection";
import type { Resolve } from "@witwire/wit/model";
import { printWit, toWitJson } from "@witwire/wit/text";
import { type CommandDef, defineCommand } from "citty";
import { readContract } from "../read-contract.ts";
import { askInstance, askServer } from "../reflection/server-contract.ts";
import type { Terminal } from "../terminal.ts";
import { looksLikeAddress } from "../transports/addresses.ts";
import { type ClientOptions, clientArgs, readClientOptions } from "../transports/client-options.ts";
import { closeTransport, openTransport } from "../transports/open-transport.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  path: {
    type: "positional",
    required: true,
    description: "A .wit file, a folder with .wit files and deps/, a component, or the address of a server",
  },
  json: { type: "boolean", description: "Print the model as JSON, as wasm-tools does" },
  instance: { type: "string", valueHint: "name", description: "Of a server: only what this instance needs" },
  features: { type: "string", valueHint: "a,b", description: "@unstable features to switch on, or `all`" },
} as const;

/** `witwire wit <path>`: prints a contract as it is understood, all names resolved. */
export const witCommand: CommandDef<typeof args & typeof clientArgs> = defineCommand({
  meta: {
    name: "wit",
    description: "Print the resolved contract of a WIT file, a WIT folder, a component or a running server",
  },
  args: { ...args, ...clientArgs },
  async run({ args: options, data }) {
    const { path, json, instance, features } = options;
    const terminal = data as Terminal;
    const remote = looksLikeAddress(path);
    if (!remote && instance !== undefined) throw new UsageError("--instance is for servers, and this is no address");
    const reach = await readClientOptions(options, remote ? [path] : []);
    const models = remote ? await askForModels(path, instance, reach, terminal) : [await readContract(path, features)];
    if (json !== true) await terminal.out(models.map((model) => printWit(model)).join("\n"));
    else if (models.length === 1 && models[0] !== undefined) {
      await terminal.out(`${JSON.stringify(toWitJson(models[0]), undefined, 2)}\n`);
    } else throw new UsageError("there is no single model to print as JSON; choose an instance with --instance");
  },
});

/** Further text of `witwire wit --help`. */
export const witExamples = `EXAMPLES

  witwire wit wit/                       the contract, all names resolved
  witwire wit wit/ --json | jq .worlds   the same as data
  witwire wit app.wasm                   what a component imports and exports
  witwire wit tcp://[::1]:7761           what a server serves, as it says itself
  witwire wit tls://shop.example:7761 --ca authority.pem
`;

async function askForModels(
  address: string,
  instance: string | undefined,
  reach: ClientOptions,
  { signal, error }: Terminal,
): Promise<readonly Resolve[]> {
  const transport = await openTransport(address, reach);
  try {
    const options = { address, signal, wayOut: "its WIT files would say the same" };
    if (instance !== undefined) return [await askInstance(transport, instance, options)];
    const { instances, models } = await askServer(transport, options);
    if (instances.length === 0) error(`witwire: ${address} serves nothing\n`);
    for (const unknown of instances.filter(({ contracts }) => contracts.length === 0)) error(describe(unknown));
    if (models.length > 1) error("witwire: its contracts contradict each other, so these are several texts\n");
    return models;
  } finally {
    await closeTransport(transport, address, signal);
  }
}

function describe({ name, functions }: Instance): string {
  const what = name === "" ? "root functions" : name;
  // Names are the server's own, so they may hold anything.
  return `witwire: it serves ${JSON.stringify(what)} without a contract: ${JSON.stringify(functions)}\n`;
}
