import { type BigIntStats, lstatSync, realpathSync } from "node:fs";
import { dirname, sep } from "node:path";
import type { Directory } from "./directory.ts";

/**
 * A folder that is known by its path, where the system has nothing better. Before each use the path is checked: it still
 * has to lead to the same folder without any link. Somebody who changes folders in the very moment between the check and
 * the use is not noticed; the guest itself cannot, for it makes one call at a time.
 */
export class PathDirectory implements Directory {
  readonly #path: string;
  readonly #device: bigint;
  readonly #inode: bigint;

  private constructor(path: string, { dev, ino }: BigIntStats) {
    this.#path = path;
    this.#device = dev;
    this.#inode = ino;
  }

  static open(path: string): PathDirectory {
    const real = realpathSync.native(path);
    return new PathDirectory(real, directoryStats(real));
  }

  entry(name: string): string {
    this.stat();
    return this.#join(name);
  }

  enter(name: string): Directory {
    const stats = directoryStats(this.entry(name));
    if (name === ".") return new PathDirectory(this.#path, stats);
    // The system may take names for the same that differ, in case for example; the path is to have the true one.
    const real = realpathSync.native(this.#join(name));
    if (dirname(real) === this.#path) return new PathDirectory(real, stats);
    throw failure("ENOTDIR", `${real} is not in ${this.#path}`);
  }

  stat(): BigIntStats {
    const stats = lstatSync(this.#path, { bigint: true });
    const isSame =
      stats.dev === this.#device && stats.ino === this.#inode && realpathSync.native(this.#path) === this.#path;
    if (isSame) return stats;
    throw failure("ENOENT", `${this.#path} is not the folder that was opened`);
  }

  close(): void {}

  /** Not `join`, which would take a `.` away, and with it the difference between a folder and an entry. */
  #join(name: string): string {
    return this.#path.endsWith(sep) ? `${this.#path}${name}` : `${this.#path}${sep}${name}`;
  }
}

/** Of the folder itself: a link is none. */
function directoryStats(path: string): BigIntStats {
  const stats = lstatSync(path, { bigint: true });
  if (stats.isDirectory()) return stats;
  throw failure("ENOTDIR", `${path} is no folder`);
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
