import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WitError } from "@witwire/wit/values";
import type { KeyResponse, StoreError, StoreHandler } from "./generated/wasi/keyvalue/store.ts";
import { pageOf } from "./memory-store.ts";

/** Buckets that are folders inside `folder`, with a file for each key. They are made when they are opened. */
export function createFileStore(folder: string): StoreHandler {
  return {
    Bucket: FileBucket,
    async open(identifier) {
      const path = join(folder, fileName(identifier));
      await reporting(mkdir(path, { recursive: true }));
      return new FileBucket(path);
    },
  };
}

class FileBucket {
  readonly #folder: string;
  #writes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return reporting(readFile(this.#path(key)).catch(absent));
  }

  /** By way of another file, so that readers see the old value or the new one. */
  async set(key: string, value: Uint8Array): Promise<void> {
    const path = this.#path(key);
    const partial = `${path}~${process.pid}~${this.#writes++}`;
    await reporting(writeFile(partial, value).then(() => rename(partial, path)));
  }

  delete(key: string): Promise<void> {
    return reporting(rm(this.#path(key), { force: true }));
  }

  exists(key: string): Promise<boolean> {
    return access(this.#path(key)).then(
      () => true,
      () => false,
    );
  }

  async listKeys(cursor: string | undefined): Promise<KeyResponse> {
    const files = await reporting(readdir(this.#folder));
    const keys = files.filter((file) => !file.includes("~")).map((file) => decodeURIComponent(file.slice(1)));
    return pageOf(keys, cursor);
  }

  #path(key: string): string {
    return join(this.#folder, fileName(key));
  }
}

/** A name that no path leads out of: neither `..` nor `/` is left, and it is never empty. */
function fileName(key: string): string {
  return `k${encodeURIComponent(key).replaceAll("~", "%7E")}`;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** What the file system refuses is an error of the contract. */
function reporting<T>(outcome: Promise<T>): Promise<T> {
  return outcome.catch((error: NodeJS.ErrnoException) => {
    throw new WitError<StoreError>(
      error.code === "EACCES" ? { tag: "access-denied" } : { tag: "other", val: error.code ?? error.message },
    );
  });
}
