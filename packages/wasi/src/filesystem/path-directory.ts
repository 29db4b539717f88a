import { type BigIntStats, lstatSync, realpathSync } from "node:fs";
import { sep } from "node:path";
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
    return PathDirectory.#at(realpathSync.native(path));
  }

  static #at(path: string): PathDirectory {
    const stats = lstatSync(path, { bigint: true });
    if (stats.isDirectory()) return new PathDirectory(path, stats);
    throw Object.assign(new Error(`${path} is no folder`), { code: "ENOTDIR" });
  }

  entry(name: string): string {
    this.stat();
    return this.#join(name);
  }

  enter(name: string): Directory {
    const place = this.entry(name);
    return PathDirectory.#at(name === "." ? this.#path : place);
  }

  stat(): BigIntStats {
    const stats = lstatSync(this.#path, { bigint: true });
    const isSame =
      stats.dev === this.#device && stats.ino === this.#inode && realpathSync.native(this.#path) === this.#path;
    if (isSame) return stats;
    throw Object.assign(new Error(`${this.#path} is not the folder that was opened`), { code: "ENOENT" });
  }

  close(): void {}

  /** Not `join`, which would take a `.` away, and with it the difference between a folder and an entry. */
  #join(name: string): string {
    return this.#path.endsWith(sep) ? `${this.#path}${name}` : `${this.#path}${sep}${name}`;
  }
}
