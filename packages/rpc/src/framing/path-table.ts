import type { PathPattern } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";
import { type PathOwner, PathQueue } from "./path-queue.ts";
import { type PathSet, pathSetOf, undeclared } from "./path-set.ts";

/** Finished paths that are remembered, so that stray frames behind a terminator are ignored rather than kept. */
const MAX_FORGOTTEN = 65_536;

/** The streams and futures of one invocation: a queue for each path on which bytes are expected or have come. */
export class PathTable {
  readonly #owner: PathOwner;
  readonly #declared: PathSet;
  readonly #maxOpen: number;
  readonly #queues = new Map<string, PathQueue>();
  readonly #forgotten = new Set<string>();
  /** Number of paths whose bytes came before the value that announces them. */
  #unclaimed = 0;
  /** Set once nothing more will arrive: what is asked for from then on has ended, or failed. */
  #closed: { readonly failure: RpcError | undefined } | undefined;

  /** @param declared where the peer may send; @param maxOpen paths at the same time, limit `maxOpenPaths` */
  constructor(owner: PathOwner, declared: readonly PathPattern[], maxOpen: number) {
    this.#owner = owner;
    this.#declared = pathSetOf(declared);
    this.#maxOpen = maxOpen;
  }

  get queues(): Iterable<PathQueue> {
    return this.#queues.values();
  }

  /** The bytes of a path, for the value that was announced there. @throws RpcError `resource-exhausted` */
  claim(path: Path): IncomingPath {
    const key = path.join();
    if (this.#queues.get(key)?.claimed === false) this.#unclaimed--;
    const queue = this.#queue(key, path);
    queue.claimed = true;
    return queue;
  }

  /** Bytes arrived. @throws RpcError `protocol` where there should be none, `resource-exhausted` */
  receive(path: Path, bytes: Uint8Array): void {
    const key = path.join();
    const queue = this.#queues.get(key);
    if (queue !== undefined) queue.push(bytes);
    else if (!this.#unwanted(path)) this.#expected(key, path).push(bytes);
  }

  /** Nothing more will arrive on a path. @throws RpcError as {@link PathTable.receive} does */
  receiveEnd(path: Path): void {
    const key = path.join();
    const queue = this.#queues.get(key);
    if (queue !== undefined) queue.close();
    else if (!this.#unwanted(path)) this.#expected(key, path).close();
  }

  /** Nothing more is wanted of a path. */
  forget(path: Path): void {
    const key = path.join();
    const queue = this.#queues.get(key);
    if (queue === undefined) return;
    this.#queues.delete(key);
    if (!queue.claimed) this.#unclaimed--;
    if (this.#unclaimed > 0) this.#discardUnclaimed(path);
    this.#forgotten.add(key);
    if (this.#forgotten.size <= MAX_FORGOTTEN) return;
    const [oldest] = this.#forgotten;
    if (oldest !== undefined) this.#forgotten.delete(oldest);
  }

  /** Nothing more will arrive. */
  close(failure: RpcError | undefined): void {
    this.#closed = { failure };
    for (const queue of this.#queues.values()) queue.close(failure);
  }

  discardAll(): void {
    for (const queue of this.#queues.values()) queue.discard();
  }

  /** Whether a path, or one above it, is finished: no value that would claim the path can come any more. */
  #unwanted(path: Path): boolean {
    if (this.#forgotten.size === 0) return false;
    for (let depth = path.length; depth > 0; depth--) {
      if (this.#forgotten.has(path.slice(0, depth).join())) return true;
    }
    return false;
  }

  /** The queue of a path whose first bytes came before the value that announces them. */
  #expected(key: string, path: Path): PathQueue {
    if (!this.#declared.has(path)) {
      throw undeclared(path);
    }
    this.#unclaimed++;
    return this.#queue(key, path);
  }

  #queue(key: string, path: Path): PathQueue {
    let queue = this.#queues.get(key);
    if (queue !== undefined) return queue;
    if (this.#queues.size >= this.#maxOpen) {
      throw new RpcError(
        "resource-exhausted",
        `more than ${this.#maxOpen} streams and futures at once (limit maxOpenPaths)`,
      );
    }
    this.#forgotten.delete(key);
    queue = new PathQueue([...path], this.#owner);
    this.#queues.set(key, queue);
    if (this.#closed !== undefined) queue.close(this.#closed.failure);
    return queue;
  }

  #discardUnclaimed(above: Path): void {
    for (const queue of [...this.#queues.values()]) {
      if (!queue.claimed && above.every((part, depth) => queue.path[depth] === part)) queue.discard();
    }
  }
}
