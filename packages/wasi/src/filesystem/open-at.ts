import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { type DescriptorFlags, type OpenFlags, systemFlags } from "./descriptor-flags.ts";
import type { Directory } from "./directory.ts";
import { fileError } from "./error-code.ts";
import { OpenFile } from "./open-file.ts";
import { type ResolvedPath, resolvePath } from "./resolve-path.ts";

/** A file or a folder that is open. */
export type Opened =
  | { readonly tag: "file"; readonly file: OpenFile }
  | { readonly tag: "directory"; readonly directory: Directory };

/**
 * Opens what a path leads to, and creates it where that was asked for.
 *
 * @throws WitError, or an error of `node:fs`
 */
export function openAt(
  base: Directory,
  path: string,
  follow: boolean,
  open: OpenFlags,
  flags: DescriptorFlags,
): Opened {
  if (open.create && open.directory) throw fileError("invalid");
  // Where a file must not exist, a link in its place is one that does.
  using resolved = resolvePath(base, path, follow && !(open.create && open.exclusive));
  return open.directory || resolved.mustBeDirectory
    ? openDirectoryOnly(resolved, open, flags)
    : openAny(resolved, open, flags);
}

function openDirectoryOnly({ directory, name }: ResolvedPath, open: OpenFlags, flags: DescriptorFlags): Opened {
  const found = lstatSync(directory.entry(name), { throwIfNoEntry: false });
  if (open.create && (found === undefined || found.isDirectory())) throw fileError("is-directory");
  if (found?.isDirectory() && (flags.write || open.truncate)) throw fileError("is-directory");
  return { tag: "directory", directory: directory.enter(name) };
}

function openAny({ directory, name }: ResolvedPath, open: OpenFlags, flags: DescriptorFlags): Opened {
  const place = directory.entry(name);
  if (constants.O_NOFOLLOW === undefined && isLink(place)) throw fileError("loop");
  const fd = openSync(place, systemFlags(open, flags), 0o666);
  try {
    // Where folders are known by their paths, this one may have been replaced meanwhile.
    directory.stat();
    if (!fstatSync(fd).isDirectory()) return { tag: "file", file: new OpenFile(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return { tag: "directory", directory: directory.enter(name) };
}

function isLink(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
