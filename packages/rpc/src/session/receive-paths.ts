import type { PathPattern } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import { type PathSet, pathSetOf, undeclared } from "../framing/path-set.ts";
import type { Path } from "../transport/invocation.ts";
import { ReceivePath, type ReceivePathOwner } from "./receive-path.ts";

/** Finished paths that are remembered, so that what is under way for them can be told from what is wrong. */
const MAX_FORGOTTEN = 65_536;

/** The streams and futures that one side of an invocation receives, each with its path. */
export class ReceivePaths {
  readonly #owner: ReceivePathOwner;
  readonly #declared: PathSet;
  readonly #maxOpen: number;
  readonly #open = new Map<string, ReceivePath>();
  readonly #forgotten = new Set<string>();
  #unclaimed = 0;
  /** Set once nothing more will arrive: what is asked for from then on has ended, or failed. */
  #closed: { readonly failure: RpcError | undefined } | undefined;

  /** @param declared where the peer may send; @param maxOpen paths at the same time, limit `maxOpenPaths` */
  constructor(owner: ReceivePathOwner, declared: readonly PathPattern[], maxOpen: number) {
    this.#owner = owner;
    this.#declared = pathSetOf(declared);
    this.#maxOpen = maxOpen;
  }

  get open(): Iterable<ReceivePath> {
    return this.#open.values();
  }

  /** The bytes of a path, for the value that was announced there. @throws RpcError `resource-exhausted` */
  claim(path: Path): ReceivePath {
    const key = path.join();
    const early = this.#open.get(key);
    if (early?.claimed === false) this.#unclaimed--;
    const claimed = early ?? this.#add(key, path);
    claimed.claimed = true;
    return claimed;
  }

  /**
   * The path on which bytes arrived; `undefined` when nobody wants them.
   *
   * @throws RpcError `protocol` where there should be none, `resource-exhausted`; both fail the invocation
   */
  expect(path: Path): ReceivePath | undefined {
    const key = path.join();
    const found = this.#open.get(key);
    if (found !== undefined) return found;
    if (this.#unwanted(path)) return undefined;
    if (!this.#declared.has(path)) {
      throw undeclared(path);
    }
    const added = this.#add(key, path);
    this.#unclaimed++;
    return added;
  }

  /** Nothing more is wanted of a path, nor of those below it that no value waits for. */
  forget(path: ReceivePath): void {
    const key = path.path.join();
    if (this.#open.get(key) !== path) return;
    this.#open.delete(key);
    if (!path.claimed) this.#unclaimed--;
    this.#forgotten.add(key);
    if (this.#forgotten.size > MAX_FORGOTTEN) {
      const [oldest] = this.#forgotten;
      if (oldest !== undefined) this.#forgotten.delete(oldest);
    }
    if (this.#unclaimed === 0) return;
    for (const other of [...this.#open.values()]) {
      if (!other.claimed && path.path.every((part, depth) => other.path[depth] === part)) other.discard();
    }
  }

  /** Nothing more will arrive. */
  close(failure?: RpcError): void {
    this.#closed ??= { failure };
    for (const path of [...this.#open.values()]) path.close(failure);
  }

  discardAll(): void {
    for (const path of [...this.#open.values()]) path.discard();
  }

  #add(key: string, path: Path): ReceivePath {
    if (this.#open.size >= this.#maxOpen) {
      throw new RpcError(
        "resource-exhausted",
        `more than ${this.#maxOpen} streams and futures at once (limit maxOpenPaths)`,
      );
    }
    this.#forgotten.delete(key);
    const added = new ReceivePath([...path], this.#owner);
    this.#open.set(key, added);
    if (this.#closed !== undefined) added.close(this.#closed.failure);
    return added;
  }

  /** Whether a path, or one above it, is finished: no value that would claim the path can come any more. */
  #unwanted(path: Path): boolean {
    if (this.#forgotten.size === 0) return false;
    for (let depth = path.length; depth > 0; depth--) {
      if (this.#forgotten.has(path.slice(0, depth).join())) return true;
    }
    return false;
  }
}
