import { statSync } from "node:fs";
import { sync } from "@witwire/wit/values";
import type { IoError } from "../io/io-error.ts";
import type { Scope } from "../scope.ts";
import { Descriptor } from "./descriptor.ts";
import { DescriptorOwner } from "./descriptor-owner.ts";
import { openDirectory } from "./directory.ts";
import { DirectoryEntryStream } from "./directory-entry-stream.ts";

export interface FilesystemOptions {
  /**
   * Folders that the guest gets, by the names under which it sees them, `{ "/data": "./guest-data" }`. It gets nowhere
   * else: neither with `..` nor through links, absolute paths or other folders. Default: none.
   */
  readonly preopens?: Readonly<Record<string, string | PreopenedFolder>>;
}

/** A folder of the host that a guest gets. */
export interface PreopenedFolder {
  /** A path of the host, relative to the process's working directory. Links in it are followed. */
  readonly path: string;
  /** Whether everything that would change anything fails with `read-only`. Default `false`. */
  readonly readOnly?: boolean;
}

/**
 * All of `wasi:filesystem`.
 *
 * @throws TypeError for a preopen that is no folder
 */
export function filesystemInterfaces(scope: Scope, options: FilesystemOptions): Record<string, object> {
  const owner = new DescriptorOwner(scope);
  const preopens = Object.entries(options.preopens ?? {}).map(([name, given]) => {
    const folder = typeof given === "string" ? { path: given } : given;
    if (!statSync(folder.path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new TypeError(`the preopen "${name}" is to be ${folder.path}, which is no folder`);
    }
    return { name, ...folder };
  });
  const getDirectories = (): [Descriptor, string][] =>
    preopens.map(({ name, path, readOnly = false }) => [
      Descriptor.preopen(owner, openDirectory(path), readOnly),
      name,
    ]);
  return {
    "wasi:filesystem/preopens": { getDirectories: sync(getDirectories) },
    "wasi:filesystem/types": {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: sync((error: IoError) => error.details.filesystem),
    },
  };
}
