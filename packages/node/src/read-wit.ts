import { basename, join } from "node:path";
import type { Resolve } from "@witwire/wit/model";
import type { ResolvedWit, WitFile, WitSource } from "@witwire/wit/text";
import { builtIns } from "./built-ins.ts";

export interface ReadWitOptions {
  /** `@unstable` features to switch on. Default: none. */
  readonly features?: "all" | readonly string[];
}

/**
 * Reads a contract from disk: one `.wit` file, or a folder of `.wit` files that make one package, with the packages it
 * depends on in `deps/` (a folder or a file each, also encoded as `.wasm`). A component, or a WIT package that was encoded as WebAssembly, is a
 * contract, too; it is known by its first bytes, whatever the file is called.
 *
 * @throws WitSourceError where the WIT is wrong; ComponentDecodeError where the WebAssembly is; Error where nothing can
 * be read there
 */
export async function readWit(path: string, options: ReadWitOptions = {}): Promise<Resolve> {
  return (await readWitPackage(path, options)).resolve;
}

/** As {@link readWit}, and tells which package was asked for: of a component, the one that holds its world. */
export async function readWitPackage(path: string, options: ReadWitOptions = {}): Promise<ResolvedWit> {
  const info = await builtIns.files.stat(path).catch((cause: unknown) => {
    throw new Error(`there is no WIT file or folder "${path}"`, { cause });
  });
  if (!info.isDirectory()) return readSingle(path, options);
  const files = await readFolder(path);
  if (files.length === 0) throw new Error(`the folder "${path}" has no .wit files`);
  return resolve({ files, ...(await readDependencies(join(path, "deps"))) }, options);
}

/** Loads what parses WIT, which processes with generated contracts never need. */
async function resolve(source: WitSource, options: ReadWitOptions): Promise<ResolvedWit> {
  const { resolveWit } = await import("@witwire/wit/text");
  return resolveWit(source, options);
}

async function readSingle(path: string, options: ReadWitOptions): Promise<ResolvedWit> {
  const bytes = await builtIns.files.readFile(path);
  if (!isWasm(bytes)) return resolve({ files: [textFile(path, bytes)] }, options);
  // Most contracts are text, so the decoder is loaded only now.
  const { decodeWit } = await import("@witwire/wit/binary");
  const found = decodeWit(bytes);
  if (found.tag === "package") return found;
  return { resolve: found.resolve, main: found.resolve.worlds[found.world]?.package ?? 0 };
}

function isWasm(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, index) => bytes[index] === byte);
}

async function readDependencies(folder: string): Promise<Required<Pick<WitSource, "dependencies" | "decoded">>> {
  const entries = await builtIns.files.readdir(folder, { withFileTypes: true }).catch(() => []);
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const dependencies: WitFile[][] = [];
  const decoded: ResolvedWit[] = [];
  for (const entry of sorted) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await builtIns.files.stat(path)).isDirectory()))
      dependencies.push(await readFolder(path));
    else if (entry.name.endsWith(".wit")) dependencies.push([await readSource(path)]);
    else if (entry.name.endsWith(".wasm")) decoded.push(await readPackage(path));
  }
  return { dependencies: dependencies.filter((files) => files.length > 0), decoded };
}

/** A WIT package that was encoded as WebAssembly. */
async function readPackage(path: string): Promise<ResolvedWit> {
  const { decodeWit } = await import("@witwire/wit/binary");
  const found = decodeWit(await builtIns.files.readFile(path));
  if (found.tag === "package") return found;
  throw new Error(`"${path}" is a component; only WIT packages can be dependencies of WIT`);
}

async function readFolder(folder: string): Promise<WitFile[]> {
  const names = (await builtIns.files.readdir(folder)).filter((name) => name.endsWith(".wit")).sort();
  return Promise.all(names.map((name) => readSource(join(folder, name))));
}

async function readSource(path: string): Promise<WitFile> {
  return textFile(path, await builtIns.files.readFile(path));
}

function textFile(path: string, bytes: Uint8Array): WitFile {
  try {
    return { file: path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new Error(`${basename(path)} is not valid UTF-8, so it is no WIT text`, { cause });
  }
}
