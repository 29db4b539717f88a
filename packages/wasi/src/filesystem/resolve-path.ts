import { lstatSync, readlinkSync } from "node:fs";
import type { Directory } from "./directory.ts";
import { failedWith, fileError } from "./error-code.ts";

/** As Linux has it; a path may lead through so many links. */
const MAX_LINKS = 40;
/** Bytes, as Linux has it. */
const MAX_PATH = 4096;

/** Where a path leads: an entry of a folder, which need not exist. Disposing it closes the folder. */
export interface ResolvedPath extends Disposable {
  readonly directory: Directory;
  /** One component; `.` for the folder itself. */
  readonly name: string;
  /** The path ended with a slash, so what is there has to be a folder. */
  readonly mustBeDirectory: boolean;
}

/**
 * Finds where a guest's path leads from a folder, one component after the other. No link is left to the system: each is
 * read and followed here, from where it lies, so that none leads out of the folder.
 *
 * @param follow whether a link in the last place is followed
 * @throws WitError `not-permitted` for a path or a link that is absolute or climbs above the folder, `loop` for too many links
 */
export function resolvePath(base: Directory, path: string, follow: boolean): ResolvedPath {
  const walk = new Walk(base);
  try {
    const name = walk.to(path, follow);
    return {
      directory: walk.directory,
      name,
      mustBeDirectory: walk.mustBeDirectory,
      [Symbol.dispose]: () => walk.leaveAll(),
    };
  } catch (error) {
    walk.leaveAll();
    throw error;
  }
}

class Walk {
  readonly #base: Directory;
  /** The folders on the way, each an entry of the one before it. */
  readonly #entered: Directory[] = [];
  /** Components that are still to go, the next one last. */
  readonly #rest: string[] = [];
  #links = 0;
  mustBeDirectory = false;

  constructor(base: Directory) {
    this.#base = base;
  }

  get directory(): Directory {
    return this.#entered.at(-1) ?? this.#base;
  }

  to(path: string, follow: boolean): string {
    this.#prepend(path);
    for (;;) {
      const name = this.#rest.pop();
      if (name === undefined) return ".";
      if (name === ".") continue;
      if (name === "..") this.#leave();
      else if (this.#rest.length > 0) this.#enter(name);
      else if (!(follow && this.#followLast(name))) return name;
    }
  }

  leaveAll(): void {
    for (const directory of this.#entered.splice(0)) directory.close();
  }

  #leave(): void {
    const left = this.#entered.pop();
    if (left === undefined) throw fileError("not-permitted");
    left.close();
  }

  #enter(name: string): void {
    try {
      this.#entered.push(this.directory.enter(name));
    } catch (error) {
      const target = failedWith(error, "ENOTDIR", "ELOOP") ? this.#linkTarget(name) : undefined;
      if (target === undefined) throw error;
      this.#follow(target);
    }
  }

  /** Whether there was a link to follow in the last place. */
  #followLast(name: string): boolean {
    const target = this.#linkTarget(name);
    if (target === undefined) return false;
    this.#follow(target);
    return true;
  }

  #linkTarget(name: string): string | undefined {
    const place = this.directory.entry(name);
    const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? readLink(place) : undefined;
  }

  #follow(target: string): void {
    if (++this.#links > MAX_LINKS) throw fileError("loop");
    this.#prepend(target);
  }

  #prepend(path: string): void {
    if (path === "") throw fileError("no-entry");
    if (isRooted(path)) throw fileError("not-permitted");
    if (Buffer.byteLength(path) >= MAX_PATH) throw fileError("name-too-long");
    const components = path.split("/");
    if (this.#rest.length === 0) this.mustBeDirectory ||= components.at(-1) === "";
    for (const component of components.reverse()) if (component !== "") this.#rest.push(component);
  }
}

/**
 * The text of a link.
 *
 * @throws WitError `illegal-byte-sequence` where it is no UTF-8
 */
export function readLink(place: string): string {
  return decodeName(readlinkSync(place, "buffer"));
}

/**
 * A name of the host's filesystem.
 *
 * @throws WitError `illegal-byte-sequence` where it is no UTF-8
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fileError("illegal-byte-sequence");
  }
}

/** Whether a path starts from somewhere else than the folder. On Windows more than a slash does that, or separates names. */
export function isRooted(path: string): boolean {
  return path.startsWith("/") || (process.platform === "win32" && /[\\:]/.test(path));
}
