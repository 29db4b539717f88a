/** Runs one component in one engine: `run-child.ts ours|jco <file>`. Prints a report as JSON. In a process of its own, so that nothing can hang or end more than that. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import { type Component, compile } from "@witwire/component";
import { camelCase } from "@witwire/wit/model";
import { construct, GuestExit, isWitError } from "@witwire/wit/values";
import { carryOut, type Members, type Report, type Running } from "./outcome.ts";
import { planCalls } from "./plan.ts";
import { standIns } from "./stand-ins.ts";

const [engine, file] = process.argv.slice(2) as [string, string];
const bytes = new Uint8Array(await readFile(file));
const component = await compile(bytes);
const report = engine === "jco" ? await runJco() : await runOurs();
process.stdout.write(JSON.stringify(report));
process.exit(0);

function runOurs(): Promise<Report> {
  const exit = (status: number): never => {
    throw new GuestExit(status);
  };
  const start = async (): Promise<Running> => {
    const { exports } = await component.instantiate(standIns(component, exit));
    return {
      scope: (name) => (name === undefined ? exports : exports[name]) as unknown as Members,
      construct: (resource, args) => (resource as Constructible)[construct](...args),
    };
  };
  return carryOut(planCalls(component), start, (error) => (isWitError(error) ? { value: error.payload } : undefined));
}

interface Constructible {
  [construct](...args: readonly unknown[]): unknown;
}

interface Transpiled {
  instantiate(getCoreModule: (path: string) => Promise<unknown>, imports: Members): Promise<Members>;
}

async function runJco(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "witwire-corpus-"));
  try {
    const { files } = await transpileBytes(bytes, { name: "component", instantiation: { tag: "async" } } as never);
    for (const [name, content] of Object.entries(files as Record<string, Uint8Array>)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    const script = join(folder, "component.js");
    const module = (await import(pathToFileURL(script).href)) as Transpiled;
    // The types of Node have no WebAssembly namespace for values.
    const { WebAssembly: wasm } = globalThis as unknown as {
      WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> };
    };
    const core = async (path: string): Promise<unknown> => wasm.compile(await readFile(join(folder, path)));
    const start = async (): Promise<Running> => {
      const exports = await module.instantiate(core, jcoImports(component));
      return {
        scope: (name) =>
          (name === undefined
            ? exports
            : (exports[name] ?? exports[withoutVersion(name)] ?? exports[camelCase(name)])) as Members,
        construct: (resource, args) => Reflect.construct(resource as new () => object, args),
      };
    };
    return await carryOut(planCalls(component), start, jcoPayload);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** jco asks for interfaces without their version, all versions in one, and for what is at the root as the default of a module. */
function jcoImports(of: Component): Members {
  const exit = (status: number): never => {
    throw new Error(`exit ${status}`);
  };
  const imports: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(standIns(of, exit))) {
    if (typeof value === "function") imports[kebabCase(name)] = { default: value };
    else imports[withoutVersion(name)] = { ...(imports[withoutVersion(name)] as object), ...(value as object) };
  }
  return imports;
}

function kebabCase(name: string): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return dashed.startsWith("-") ? dashed.slice(1) : dashed;
}

function withoutVersion(name: string): string {
  return name.replace(/@.*$/, "");
}

/** What jco throws for `err`: an error with a payload, or the payload itself. */
function jcoPayload(error: unknown): { readonly value: unknown } | undefined {
  if (typeof error === "object" && error !== null && "payload" in error) return { value: error.payload };
  return error instanceof Error ? undefined : { value: error };
}
