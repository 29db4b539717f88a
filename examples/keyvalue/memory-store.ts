import { WitError } from "@witwire/wit/values";
import type { KeyResponse, StoreError, StoreHandler } from "./generated/wasi/keyvalue/store.ts";

/** Keys on one page. */
const pageSize = 100;

/** Buckets in memory. All who open one of the same name share it. */
export function createMemoryStore(names: readonly string[]): StoreHandler {
  const buckets = new Map(names.map((name) => [name, new MemoryBucket()]));
  return {
    Bucket: MemoryBucket,
    open(identifier) {
      const bucket = buckets.get(identifier);
      if (bucket === undefined) throw new WitError<StoreError>({ tag: "no-such-store" });
      return bucket;
    },
  };
}

class MemoryBucket {
  readonly #values = new Map<string, Uint8Array>();

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Uint8Array): void {
    this.#values.set(key, value);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  exists(key: string): boolean {
    return this.#values.has(key);
  }

  listKeys(cursor: string | undefined): KeyResponse {
    return pageOf([...this.#values.keys()], cursor);
  }
}

/** The keys behind a cursor, which is the last key of the page before. */
export function pageOf(keys: readonly string[], cursor: string | undefined): KeyResponse {
  const rest = keys.toSorted().filter((key) => cursor === undefined || key > cursor);
  const page = rest.slice(0, pageSize);
  return { keys: page, cursor: rest.length > page.length ? page.at(-1) : undefined };
}
