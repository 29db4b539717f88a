import { linkSync, lstatSync, mkdirSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from "node:fs";
import type { Directory } from "./directory.ts";
import { failedWith, fileError } from "./error-code.ts";
import { isRooted, type ResolvedPath, resolvePath } from "./resolve-path.ts";

// What makes, moves and removes entries of folders. None of it follows a link in the last place of a path, so that the
// link itself is moved or removed. All throw WitError or an error of node:fs.

export function createDirectory(base: Directory, path: string): void {
  using resolved = resolvePath(base, path, false);
  mkdirSync(placeOf(resolved));
}

export function removeDirectory(base: Directory, path: string): void {
  using resolved = resolvePath(base, path, false);
  rmdirSync(placeOf(resolved));
}

export function unlinkFile(base: Directory, path: string): void {
  using resolved = resolvePath(base, path, false);
  const place = placeOf(resolved);
  if (resolved.mustBeDirectory || resolved.name === ".") {
    throw fileError(lstatSync(place).isDirectory() ? "is-directory" : "not-directory");
  }
  try {
    unlinkSync(place);
  } catch (error) {
    // Linux says that it is a folder, others that this is not permitted.
    const isFolder = failedWith(error, "EPERM") && lstatSync(place, { throwIfNoEntry: false })?.isDirectory();
    throw isFolder ? fileError("is-directory") : error;
  }
}

export function rename(base: Directory, path: string, newBase: Directory, newPath: string): void {
  using from = resolvePath(base, path, false);
  using to = resolvePath(newBase, newPath, false);
  if (from.mustBeDirectory || to.mustBeDirectory) assertDirectory(from);
  renameSync(placeOf(from), placeOf(to));
}

/** @param follow whether a link in the last place of the old path stands for what it leads to */
export function link(base: Directory, path: string, follow: boolean, newBase: Directory, newPath: string): void {
  using from = resolvePath(base, path, follow);
  using to = resolvePath(newBase, newPath, false);
  if (from.mustBeDirectory) assertDirectory(from);
  assertNoSlash(to);
  // Elsewhere than on Linux the system follows a link here, to wherever it leads.
  if (process.platform !== "linux" && lstatSync(placeOf(from)).isSymbolicLink()) throw fileError("unsupported");
  linkSync(placeOf(from), placeOf(to));
}

export function symlink(target: string, base: Directory, path: string): void {
  if (isRooted(target)) throw fileError("not-permitted");
  using resolved = resolvePath(base, path, false);
  assertNoSlash(resolved);
  symlinkSync(target, placeOf(resolved));
}

/** What to call the end of a path towards `node:fs`. */
export function placeOf({ directory, name }: ResolvedPath): string {
  return directory.entry(name);
}

/** @throws WitError `not-directory` */
export function assertDirectory(resolved: ResolvedPath): void {
  if (!lstatSync(placeOf(resolved)).isDirectory()) throw fileError("not-directory");
}

/** A new entry that is no folder cannot be called like one. */
function assertNoSlash(resolved: ResolvedPath): void {
  if (!resolved.mustBeDirectory) return;
  throw fileError(lstatSync(placeOf(resolved), { throwIfNoEntry: false }) === undefined ? "no-entry" : "exist");
}
