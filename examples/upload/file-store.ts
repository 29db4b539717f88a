import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "@witwire/wit/values";
import type { FilesHandler, Refusal, Stored } from "./generated/witwire-examples/upload/files.ts";

export interface FileStoreOptions {
  /** Bytes that a file may have. */
  readonly maxBytes: bigint;
  /** Awaited before each chunk is written, for example for the sake of others who write. Default: no wait. */
  readonly turn?: () => Promise<void>;
}

type Outcome = PromiseWithResolvers<Result<Stored, Refusal>>;

/** Keeps files in a folder, each under its SHA-256. What does not arrive whole leaves nothing behind. */
export function createFileStore(folder: string, { maxBytes, turn }: FileStoreOptions): FilesHandler {
  /** The next chunk is taken when this one is on the disk, so a slow disk holds the sender back, and memory stays small. */
  async function* write(bytes: AsyncIterable<Uint8Array>, outcome: Outcome): AsyncGenerator<bigint> {
    const part = join(folder, `${randomUUID()}.part`);
    const hash = createHash("sha256");
    const file = await open(part, "wx");
    let size = 0n;
    try {
      for await (const chunk of bytes) {
        size += BigInt(chunk.length);
        if (size > maxBytes) {
          outcome.resolve({ tag: "err", val: { tag: "too-large", val: maxBytes } });
          return;
        }
        await turn?.();
        hash.update(chunk);
        await file.appendFile(chunk);
        yield size;
      }
      const sha256 = hash.digest("hex");
      await file.close();
      await rename(part, join(folder, sha256));
      outcome.resolve({ tag: "ok", val: { size, sha256 } });
    } catch (error) {
      outcome.reject(error);
    } finally {
      // Without effect where it has an outcome already.
      outcome.reject(new Error("the upload was given up"));
      await file.close();
      await rm(part, { force: true });
    }
  }

  return {
    store: (bytes) => {
      const outcome: Outcome = Promise.withResolvers();
      // Where the call fails, nobody is left to be told.
      outcome.promise.catch(() => {});
      return { progress: write(bytes, outcome), outcome: outcome.promise };
    },
  };
}
