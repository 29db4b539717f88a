import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** The folder of the repository. */
export const repositoryRoot: string = dirname(import.meta.dirname);

/** What the scripts read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages below `packages/` by the names of their folders. */
export function readManifests(root: string): Map<string, Manifest> {
  const folder = join(root, "packages");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found = names.filter((name) => existsSync(join(folder, name, "package.json")));
  return new Map(found.map((name) => [name, readManifest(join(folder, name))]));
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Files below a folder, as sorted paths relative to it, without those that only tests use. */
export function listSources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .map((file) => file.slice(folder.length + 1))
    .filter((path) => !isTest(path))
    .sort();
}

/** Whether a path is a test, or in a folder that only tests use. */
export function isTest(path: string): boolean {
  return (
    /\.([a-z]+-)?test\.ts$/.test(path) || path.split(sep).some((part) => part === "testing" || part === "testdata")
  );
}
