import { randomFillSync } from "node:crypto";
import { sync } from "@witwire/wit/values";
import { type Scope, WasiLimitError } from "../scope.ts";

export interface RandomOptions {
  /** Fills an array with random bytes, for all three interfaces. Default: Node's cryptographic generator. */
  readonly random?: (bytes: Uint8Array<ArrayBuffer>) => unknown;
}

/** All of `wasi:random`. What may be insecure is as good as the rest. */
export function randomInterfaces(scope: Scope, options: RandomOptions): Record<string, object> {
  const fill = options.random ?? randomFillSync;
  const most = scope.limits.maxRandomBytes;
  const word = new BigUint64Array(1);
  const randomBytes = (len: bigint): Uint8Array => {
    // No shorter answer is allowed, so what is too much ends the guest.
    if (len > BigInt(most)) {
      throw new WasiLimitError(
        `${len} random bytes were asked for at once; raise the limit maxRandomBytes to allow it`,
      );
    }
    const bytes = new Uint8Array(Number(len));
    fill(bytes);
    return bytes;
  };
  const randomWord = (): bigint => {
    fill(new Uint8Array(word.buffer));
    return word[0] ?? 0n;
  };
  return {
    "wasi:random/random": {
      getRandomBytes: sync((len: bigint) => randomBytes(len)),
      getRandomU64: sync(() => randomWord()),
    },
    "wasi:random/insecure": {
      getInsecureRandomBytes: sync((len: bigint) => randomBytes(len)),
      getInsecureRandomU64: sync(() => randomWord()),
    },
    "wasi:random/insecure-seed": { insecureSeed: sync(() => [randomWord(), randomWord()]) },
  };
}
