import { basename } from "node:path";
import { runCommand } from "@witwire/host";
import { type CommandDef, defineCommand } from "citty";
import { parseDuration } from "../duration.ts";
import { openImports, parseImport } from "../guest/import-addresses.ts";
import { explainLinking } from "../guest/link-problem.ts";
import { loadComponent } from "../guest/load-component.ts";
import { wasiFactory } from "../guest/wasi-grants.ts";
import { rejectWasiImports } from "../guest/wasi-imports.ts";
import { repeatedOption } from "../repeated-option.ts";
import type { Terminal } from "../terminal.ts";
import { clientArgs, readClientOptions } from "../transports/client-options.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  component: {
    type: "positional",
    required: true,
    description: "A component: a path, or a file:, http: or https: URL",
  },
  import: {
    type: "string",
    valueHint: "[interface=]address",
    description:
      "Where imports are called that are not WASI, any address that witwire call takes: all of them, or those of one interface; repeatable",
  },
  timeout: { type: "string", valueHint: "10s", description: "Time for a call of an import (default: 10s)" },
  env: { type: "string", valueHint: "NAME=value", description: "Environment variable of the guest; repeatable" },
  dir: { type: "string", valueHint: "host::guest", description: "Folder that the guest may use; repeatable" },
  "allow-net": {
    type: "string",
    valueHint: "host[:port]|all",
    description: "Where the guest may connect, and send HTTP requests; repeatable",
  },
} as const;

/** `witwire run <component>`: runs a component that is a command, and ends as it ends. */
export const runComponentCommand: CommandDef<typeof args & typeof clientArgs> = defineCommand({
  meta: { name: "run", description: "Run a component that is a command (wasi:cli/run)" },
  args: { ...args, ...clientArgs },
  async run({ args: options, rawArgs, data }) {
    const terminal = data as Terminal;
    const end = rawArgs.indexOf("--");
    const imports = repeatedOption(rawArgs, "import").map(parseImport);
    const called = imports.map(({ address }) => address);
    const reach = await readClientOptions(options, called);
    const { remote, close } = await openImports(imports, () => reach);
    const importTimeout = parseDuration(options.timeout ?? "10s");
    const perInstance = wasiFactory({
      env: repeatedOption(rawArgs, "env"),
      dirs: repeatedOption(rawArgs, "dir"),
      net: repeatedOption(rawArgs, "allow-net"),
      args: [basename(options.component), ...(end < 0 ? [] : rawArgs.slice(end + 1))],
    });
    const component = await loadComponent(options.component, terminal.signal);
    rejectWasiImports(component, remote);
    try {
      return await runCommand(component, { perInstance, remote, importTimeout, signal: terminal.signal });
    } catch (error) {
      if (error instanceof TypeError) {
        throw new UsageError(`${error.message}; \`witwire serve ${options.component}\` serves what it exports`);
      }
      throw explainLinking(error, component, options.component);
    } finally {
      await close(terminal.signal);
    }
  },
});

/** Further text of `witwire run --help`. */
export const runExamples = `EXAMPLES

  witwire run tool.wasm -- --verbose input.txt
  witwire run client.wasm --import tcp://[::1]:7761
  witwire run client.wasm --import tls://shop.example:7761 --ca authority.pem
  witwire run tool.wasm --dir .::/work --env LANG=C -- /work/input.txt

EXIT CODES

  The command's own: 0, 1 where it returned err, or what it gave to wasi:cli/exit. Besides:

  1  it trapped, or could not call an import      2  the command line or the component is wrong
`;
