import { randomBytes } from "node:crypto";
import type { Scope } from "../scope.ts";

/** What the descriptors of one instance share. Most guests never use it, so nothing is made in advance. */
export class DescriptorOwner {
  readonly scope: Scope;
  readonly #scratchSize: number;
  #secret: Uint8Array | undefined;
  #scratch: Uint8Array | undefined;

  /** @param scratchSize bytes of {@link scratch} */
  constructor(scope: Scope, scratchSize: number = 64 * 1024) {
    this.scope = scope;
    this.#scratchSize = scratchSize;
  }

  /** Keeps a guest from finding out inode numbers by their hashes. */
  get secret(): Uint8Array {
    this.#secret ??= randomBytes(16);
    return this.#secret;
  }

  /** Holds what is read for those who copy it at once. */
  get scratch(): Uint8Array {
    this.#scratch ??= new Uint8Array(this.#scratchSize);
    return this.#scratch;
  }
}
