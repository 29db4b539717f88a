import type { BigIntStats } from "node:fs";
import { PathDirectory } from "./path-directory.ts";
import { isProcAvailable, ProcDirectory } from "./proc-directory.ts";

/**
 * A folder of the host that is held open. Its entries are named one at a time and never followed, so whoever has one gets
 * nowhere else.
 */
export interface Directory {
  /**
   * What to call an entry towards `node:fs`, for use at once. Calls that follow links must not be given it.
   *
   * @param name one component of a path, or `.` for the folder itself
   */
  entry(name: string): string;
  /**
   * The folder of a name.
   *
   * @throws an error of `node:fs`: `ENOENT` without it, `ENOTDIR` or `ELOOP` where it is a link or no folder
   */
  enter(name: string): Directory;
  stat(): BigIntStats;
  close(): void;
}

/**
 * Opens a folder of the host, links followed.
 *
 * @throws an error of `node:fs`
 */
export function openDirectory(path: string): Directory {
  return isProcAvailable() ? ProcDirectory.open(path) : PathDirectory.open(path);
}
