import { printWit, toWitJson } from "@witwire/wit/text";
import { type CommandDef, defineCommand } from "citty";
import { readContract } from "../read-contract.ts";
import type { Terminal } from "../terminal.ts";

const args = {
  path: {
    type: "positional",
    required: true,
    description: "A .wit file, a folder with .wit files and deps/, or a component",
  },
  json: { type: "boolean", description: "Print the model as JSON, as wasm-tools does" },
  features: { type: "string", valueHint: "a,b", description: "@unstable features to switch on, or `all`" },
} as const;

/** `witwire wit <path>`: prints a contract as it is understood, all names resolved. */
export const witCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: "wit", description: "Print the resolved contract of a WIT file, a WIT folder or a component" },
  args,
  async run({ args: { path, json, features }, data }) {
    const terminal = data as Terminal;
    const resolve = await readContract(path, features);
    await terminal.out(json === true ? `${JSON.stringify(toWitJson(resolve), undefined, 2)}\n` : printWit(resolve));
  },
});

/** Further text of `witwire wit --help`. */
export const witExamples = `EXAMPLES

  witwire wit wit/                       the contract, all names resolved
  witwire wit wit/ --json | jq .worlds   the same as data
  witwire wit app.wasm                   what a component imports and exports
`;
