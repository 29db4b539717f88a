import { type Dir, lstatSync, opendirSync } from "node:fs";
import { sync } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import type { Directory } from "./directory.ts";
import { answering } from "./error-code.ts";
import { type DescriptorType, descriptorType } from "./metadata.ts";
import { decodeName } from "./resolve-path.ts";

/** `wasi:filesystem/types` `directory-entry`. */
export interface DirectoryEntry {
  readonly type: DescriptorType;
  readonly name: string;
}

/** `wasi:filesystem/types` `directory-entry-stream`: the entries of a folder, without `.` and `..`, in no order. */
export class DirectoryEntryStream implements Disposable {
  readonly #scope: Scope;
  readonly #directory: Directory;
  readonly #listing: Dir;
  #dropped = false;

  /**
   * @param directory the stream's own, closed with it
   * @throws an error of `node:fs`; the directory is closed then
   */
  constructor(scope: Scope, directory: Directory) {
    this.#scope = scope;
    this.#directory = directory;
    try {
      // Names come as bytes, so that one that is no text is noticed; the types of Node know nothing of that here.
      this.#listing = opendirSync(directory.entry("."), { encoding: "buffer" as BufferEncoding });
    } catch (error) {
      directory.close();
      throw error;
    }
    scope.add("descriptors", this);
  }

  /** The next entry; nothing at the end. */
  readDirectoryEntry(): DirectoryEntry | undefined {
    return answering(() => {
      const entry = this.#listing.readSync();
      if (entry === null) return undefined;
      const name = decodeName(entry.name as unknown as Uint8Array);
      const type = descriptorType(entry);
      return { type: type === "unknown" ? this.#typeOf(name) : type, name };
    });
  }

  [Symbol.dispose](): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#scope.delete("descriptors", this);
    this.#listing.closeSync();
    this.#directory.close();
  }

  /** Some filesystems list names without types. */
  #typeOf(name: string): DescriptorType {
    const stats = lstatSync(this.#directory.entry(name), { throwIfNoEntry: false });
    return stats === undefined ? "unknown" : descriptorType(stats);
  }

  static {
    sync(DirectoryEntryStream.prototype.readDirectoryEntry);
  }
}
