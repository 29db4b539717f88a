/**
 * Builds the guests that the engine's tests run, from sources of ours, in a child process. What was built is kept under
 * the hash of everything that went into it, so that it is built once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, constants, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type StringEncoding = "utf8" | "utf16" | "latin1+utf16";

/**
 * What to build. `text`: the text of a component or a core module. `wit`: a core module, as text or bytes, wrapped into a
 * component of the given world, with the names that wit-component expects. `quickjs`: a TypeScript module that
 * implements the world. `print`: a binary as text.
 */
export type GuestRecipe =
  | { readonly tag: "text"; readonly wat: string }
  | { readonly tag: "print"; readonly base64: string }
  | ({
      readonly tag: "wit";
      readonly wit: string;
      readonly world: string;
      readonly encoding: StringEncoding;
    } & ({ readonly wat: string } | { readonly base64: string }))
  | {
      readonly tag: "quickjs";
      readonly wit: string;
      readonly world: string;
      readonly source: string;
      /** Whether the guest imports the WASI that QuickJS uses. */
      readonly wasi?: true;
    };

export type GuestAnswer =
  | { readonly tag: "built"; readonly base64: string }
  | { readonly tag: "failed"; readonly message: string };

/** The component that component text describes. wasm-tools encodes it without checking it. */
export async function buildText(wat: string): Promise<Uint8Array> {
  return build({ tag: "text", wat });
}

/** The core module in `wat` as a component of `world`, checked by wit-component. */
export async function buildWorld(
  wit: string,
  world: string,
  wat: string,
  encoding: StringEncoding = "utf8",
): Promise<Uint8Array> {
  return build({ tag: "wit", wit, world, encoding, wat });
}

/** As {@link buildWorld}, for a core module that a compiler made. */
export async function wrapModule(
  wit: string,
  world: string,
  module: Uint8Array,
  encoding: StringEncoding = "utf8",
): Promise<Uint8Array> {
  return build({ tag: "wit", wit, world, encoding, base64: Buffer.from(module).toString("base64") });
}

/** A component whose exports a TypeScript module implements, run by QuickJS. WASI is stubbed out. */
export async function buildQuickJs(wit: string, world: string, source: string): Promise<Uint8Array> {
  return build({ tag: "quickjs", wit, world, source });
}

/** As {@link buildQuickJs}, but the component imports WASI: what QuickJS itself uses, and what the world says. */
export async function buildWasiQuickJs(wit: string, world: string, source: string): Promise<Uint8Array> {
  return build({ tag: "quickjs", wit, world, source, wasi: true });
}

/** The text of a component, for use inside other text. */
export async function printComponent(bytes: Uint8Array): Promise<string> {
  const text = await build({ tag: "print", base64: Buffer.from(bytes).toString("base64") });
  return new TextDecoder().decode(text);
}

async function build(recipe: GuestRecipe): Promise<Uint8Array> {
  const file = join(await cacheFolder(), `${hashOf(recipe)}.wasm`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return new Uint8Array(kept);
  const answer = await ask(recipe);
  if (answer.tag === "failed") throw new Error(`building a guest failed: ${answer.message}\n${sourceOf(recipe)}`);
  const bytes = new Uint8Array(Buffer.from(answer.base64, "base64"));
  // Test files run side by side; a rename shows either nothing or the whole file.
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return bytes;
}

function sourceOf(recipe: GuestRecipe): string {
  const text = "wat" in recipe ? recipe.wat : "source" in recipe ? recipe.source : "";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

const require = createRequire(import.meta.url);
const tools = ["@bytecodealliance/jco-transpile", "componentize-qjs", "esbuild"].map(versionOf).join(" ");

function versionOf(tool: string): string {
  const entry = require.resolve(tool);
  const end = entry.lastIndexOf(tool.replaceAll("/", entry.includes("\\") ? "\\" : "/")) + tool.length;
  return `${tool}@${(require(join(entry.slice(0, end), "package.json")) as { version: string }).version}`;
}

function hashOf(recipe: GuestRecipe): string {
  return createHash("sha256").update(tools).update(JSON.stringify(recipe)).digest("hex").slice(0, 40);
}

let folder: Promise<string> | undefined;

/** `node_modules/.cache` of the workspace, or a folder for temporary files where that cannot be written. */
function cacheFolder(): Promise<string> {
  folder ??= (async () => {
    const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
    const preferred = join(modules, ".cache", "witwire-guests");
    try {
      await mkdir(preferred, { recursive: true });
      await access(preferred, constants.W_OK);
      return preferred;
    } catch {
      const fallback = join(tmpdir(), "witwire-guests");
      await mkdir(fallback, { recursive: true });
      return fallback;
    }
  })();
  return folder;
}

interface Child {
  readonly process: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

let child: Child | undefined;
let last: Promise<unknown> = Promise.resolve();

/** One question at a time. A child that failed has ended, and the next question starts another. */
function ask(recipe: GuestRecipe): Promise<GuestAnswer> {
  const answer = last.then(() => askNow(recipe));
  last = answer.catch(() => {});
  return answer;
}

async function askNow(recipe: GuestRecipe): Promise<GuestAnswer> {
  child ??= start();
  const { process: running, lines } = child;
  const pipes = [running.stdin, running.stdout] as Socket[];
  for (const pipe of pipes) pipe.ref();
  running.stdin?.write(`${JSON.stringify(recipe)}\n`);
  const line = await lines.next();
  for (const pipe of pipes) pipe.unref();
  if (line.done === true) {
    child = undefined;
    return { tag: "failed", message: "the child process ended without an answer" };
  }
  const answer = JSON.parse(line.value) as GuestAnswer;
  if (answer.tag === "failed") child = undefined;
  return answer;
}

function start(): Child {
  const script = fileURLToPath(new URL("./guest-builder-child.ts", import.meta.url));
  const running = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  // The child ends with its input, so it need not keep this process alive.
  running.unref();
  running.stdin.on("error", () => {});
  return { process: running, lines: createInterface({ input: running.stdout })[Symbol.asyncIterator]() };
}
