/** `jco.ts <case>`: what jco makes of the same component, for each case as it is used best. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Engine, report } from "./cases.ts";
import { guest } from "./guest.ts";

interface Jco {
  transpile(bytes: Uint8Array, options: object): Promise<{ files: Record<string, Uint8Array> }>;
}

interface Transpiled {
  instantiate(compileCore: (path: string) => unknown, imports: object, instantiateCore?: unknown): unknown;
}

const bench = join(import.meta.dirname, "../..");
const require = createRequire(join(bench, "package.json"));
const jco = (await import(pathToFileURL(require.resolve("@bytecodealliance/jco")).href)) as Jco;

const cache = join(bench, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "jco-"));
try {
  const name = process.argv[2] ?? "";
  await report(name, await engine(name));
} finally {
  rmSync(folder, { recursive: true });
}
process.exit();

async function engine(name: string): Promise<Engine> {
  const bytes = await guest();
  if (name.startsWith("sync")) {
    const { module, compileCore } = await transpiled(bytes, "sync", { instantiation: "sync" });
    return {
      sync: module.instantiate(compileCore, { foo: { default: (x: number) => x + 1 } }) as Engine["sync"] & object,
    };
  }
  const { module, compileCore } = await transpiled(bytes, "jspi", {
    instantiation: "async",
    asyncMode: "jspi",
    asyncImports: ["foo"],
    asyncExports: ["run", "nop"],
  });
  const instantiate = (): Promise<NonNullable<Engine["suspending"]>> =>
    module.instantiate(compileCore, { foo: { default: async (x: number) => x + 1 } }) as Promise<never>;
  return { suspending: await instantiate(), instantiate };
}

async function transpiled(
  bytes: Uint8Array,
  name: string,
  options: object,
): Promise<{ module: Transpiled; compileCore: (path: string) => unknown }> {
  const { files } = await jco.transpile(bytes, { name, noTypescript: true, ...options });
  const cores = new Map<string, unknown>();
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (path.endsWith(".wasm")) cores.set(path, compileCoreModule(content));
  }
  const module = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Transpiled;
  return { module, compileCore: (path) => cores.get(path) };
}

function compileCoreModule(bytes: Uint8Array): unknown {
  const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => unknown } })
    .WebAssembly;
  return new Module(bytes);
}
