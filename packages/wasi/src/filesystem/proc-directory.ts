import { type BigIntStats, closeSync, constants, existsSync, fstatSync, openSync } from "node:fs";
import type { Directory } from "./directory.ts";

/** Linux: names the folder without reading it, which needs no permission to read. Node has no constant for it. */
const O_PATH = 0o10000000;

let available: boolean | undefined;

/**
 * Whether folders can be reached through their descriptors. `node --permission` knows files by their paths only, so there
 * it would not do.
 */
export function isProcAvailable(): boolean {
  available ??= process.platform === "linux" && process.permission === undefined && existsSync("/proc/self/fd");
  return available;
}

/**
 * A folder that is reached through its descriptor: below `/proc/self/fd/<n>/` Linux resolves names from the very folder
 * that is open, as `openat` does, whatever became of its path meanwhile. So nobody can put a link in the way.
 */
export class ProcDirectory implements Directory {
  readonly #descriptor: number;
  #open = true;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  static open(path: string): ProcDirectory {
    return new ProcDirectory(openSync(path, O_PATH | constants.O_DIRECTORY));
  }

  entry(name: string): string {
    return `/proc/self/fd/${this.#descriptor}/${name}`;
  }

  enter(name: string): Directory {
    return new ProcDirectory(openSync(this.entry(name), O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW));
  }

  stat(): BigIntStats {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  close(): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }
}
