import { join } from "node:path";
import { generateTypeScript } from "@witwire/bindgen";
import { qualifiedName, type Resolve, type WorldId } from "@witwire/wit/model";
import { type CommandDef, defineCommand } from "citty";
import { exitCode } from "../exit-code.ts";
import { planOutput, writeOutput } from "../generated/output-folder.ts";
import { readPackage } from "../read-contract.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  path: {
    type: "positional",
    required: true,
    description: "A .wit file, a folder with .wit files and deps/, or a component",
  },
  out: { type: "string", required: true, valueHint: "folder", description: "Folder for what is generated" },
  world: {
    type: "string",
    valueHint: "name",
    description: "Only this world and what it imports and exports (default: all of the package)",
  },
  features: { type: "string", valueHint: "a,b", description: "@unstable features to switch on, or `all`" },
  guest: { type: "boolean", description: "Also write guest.d.ts, for components written in TypeScript" },
  lean: {
    type: "boolean",
    description: "Also write .lean.ts files, for pages that should bundle as little as possible",
  },
  check: { type: "boolean", description: "Write nothing, and exit with 1 where the folder is not up to date" },
} as const;

/** `witwire bindgen <wit> --out <folder>`: generates TypeScript. */
export const bindgenCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: "bindgen", description: "Generate TypeScript: types, typed contracts, guest modules" },
  args,
  async run({ args: { path, out, world, features, guest, lean, check }, data }) {
    const terminal = data as Terminal;
    const { resolve, main } = await readPackage(path, features);
    const selected = world === undefined ? { main } : { world: findWorldId(resolve, main, world) };
    const guestWorld = guest === true ? { guest: selected.world ?? onlyWorld(resolve, main) } : {};
    const files = generateTypeScript(resolve, { ...selected, ...guestWorld, lean: lean === true });
    const planned = await planOutput(out, files);
    const differing = planned.filter(({ state }) => state !== "unchanged");
    if (check === true) {
      for (const file of differing) terminal.error(`witwire: ${join(out, file.path)} is ${checkWords[file.state]}\n`);
      return differing.length > 0 ? exitCode.failed : exitCode.ok;
    }
    await writeOutput(out, planned);
    for (const file of planned) await terminal.out(`${file.state.padEnd(9)} ${join(out, file.path)}\n`);
    const stale = planned.filter(({ state }) => state === "stale");
    if (stale.length > 0) terminal.error("witwire: stale files were generated once and are no more; delete them\n");
    return exitCode.ok;
  },
});

const checkWords = {
  new: "missing",
  changed: "out of date",
  unchanged: "up to date",
  stale: "stale: it is not generated any more",
} as const;

/** A world by its full name, or its short one in the package that was asked for, or anywhere. */
function findWorldId(resolve: Resolve, main: number, name: string): WorldId {
  const worlds = resolve.worlds.map((world, id) => ({ id, world, full: qualifiedName(resolve, world) }));
  const short = worlds.filter(({ world }) => world.name === name);
  const found =
    worlds.find(({ full }) => full === name) ??
    short.find(({ world }) => world.package === main) ??
    (short.length === 1 ? short[0] : undefined);
  if (found !== undefined) return found.id;
  const names = worlds.map(({ full }) => full).join(", ");
  throw new UsageError(`there is no world "${name}"; there ${worlds.length === 1 ? "is" : "are"} ${names || "none"}`);
}

/** The world that a guest is for, where nobody said which. */
function onlyWorld(resolve: Resolve, main: number): WorldId {
  const ids = [...resolve.worlds.keys()].filter((id) => resolve.worlds[id]?.package === main);
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  const names = ids.map((id) => resolve.worlds[id]?.name).join(", ");
  throw new UsageError(
    names === ""
      ? "a guest needs a world, and there is none"
      : `say for which world the guest is: --world, one of ${names}`,
  );
}

/** Further text of `witwire bindgen --help`. */
export const bindgenExamples = `EXAMPLES

  witwire bindgen wit/ --out src/generated           types and contracts of a package
  witwire bindgen app.wasm --out src/app             of what a component imports and exports
  witwire bindgen wit/ --world app --guest --out gen with types for the guest itself
  witwire bindgen wit/ --lean --out src/generated    with modules for lean clients in browsers
  witwire bindgen wit/ --out src/generated --check   for CI: fails unless it is up to date
`;
