import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Resolve } from "@witwire/wit/model";
import { resolveWit, type WitFile } from "@witwire/wit/text";

export interface ReadWitOptions {
  /** `@unstable` features to switch on. Default: none. */
  readonly features?: "all" | readonly string[];
}

/**
 * Reads a contract from disk: one `.wit` file, or a folder of `.wit` files that make one package, with the packages it
 * depends on in `deps/` (a folder or a file each).
 *
 * @throws WitSourceError where the WIT is wrong; Error where nothing can be read there
 */
export async function readWit(path: string, options: ReadWitOptions = {}): Promise<Resolve> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new Error(`there is no WIT file or folder "${path}"`, { cause });
  });
  if (!info.isDirectory()) return resolveWit({ files: [await readSource(path)] }, options).resolve;
  const files = await readFolder(path);
  if (files.length === 0) throw new Error(`the folder "${path}" has no .wit files`);
  return resolveWit({ files, dependencies: await readDependencies(join(path, "deps")) }, options).resolve;
}

async function readDependencies(folder: string): Promise<WitFile[][]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const dependencies: WitFile[][] = [];
  for (const entry of sorted) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path)).isDirectory()))
      dependencies.push(await readFolder(path));
    else if (entry.name.endsWith(".wit")) dependencies.push([await readSource(path)]);
  }
  return dependencies.filter((files) => files.length > 0);
}

async function readFolder(folder: string): Promise<WitFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".wit")).sort();
  return Promise.all(names.map((name) => readSource(join(folder, name))));
}

async function readSource(path: string): Promise<WitFile> {
  const bytes = await readFile(path);
  try {
    return { file: path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new Error(`${basename(path)} is not valid UTF-8, so it is no WIT text`, { cause });
  }
}
