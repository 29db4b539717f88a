import { closeSync, constants, openSync } from "node:fs";
import { isProcAvailable } from "./proc-directory.ts";

/**
 * A file of the host that is open, and those who use it: a descriptor, its streams, and operations under way. The system's
 * descriptor is closed after the last of them, never while one is reading: its number would soon be another file's.
 */
export class OpenFile {
  /** The system's descriptor. */
  readonly fd: number;
  #users = 1;

  /** Takes over the system's descriptor, with one user. */
  constructor(fd: number) {
    this.fd = fd;
  }

  /** Another user. */
  retain(): this {
    this.#users++;
    return this;
  }

  /** One user less. */
  release(): void {
    if (--this.#users === 0) closeSync(this.fd);
  }
}

/** The same file, opened so that the system puts every write behind its end; nothing where the system cannot do that. */
export function openForAppending(file: OpenFile): OpenFile | undefined {
  if (!isProcAvailable()) return undefined;
  try {
    return new OpenFile(openSync(`/proc/self/fd/${file.fd}`, constants.O_WRONLY | constants.O_APPEND));
  } catch {
    return undefined;
  }
}
