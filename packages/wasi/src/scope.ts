import { resolveLimits, type WasiLimits } from "./limits.ts";

/** Kinds of things whose number is limited. */
export type ResourceKind = keyof typeof limitOf;

const limitOf = {
  pollables: "maxPollables",
  streams: "maxStreams",
  descriptors: "maxDescriptors",
  sockets: "maxSockets",
} as const;

/** Something that a guest holds. Disposing it drops what is pending; `settled` waits for that, where there is anything. */
export interface Held extends Disposable {
  /** What is still on its way after the guest has dropped it. */
  settled?(): Promise<void> | undefined;
}

/** More of something than an instance may have. */
export class WasiLimitError extends Error {
  override readonly name: string = "WasiLimitError";
}

/** What one instance holds, so that all of it ends with the instance. */
export class Scope implements Disposable, AsyncDisposable {
  readonly limits: WasiLimits;
  /** Whether the guest cannot wait for promises. */
  readonly synchronous: boolean;
  /** Milliseconds after which the event loop has its turn; see {@link WasiLimits.maxTurn}. */
  readonly turn: number;
  readonly #held: Readonly<Record<ResourceKind, Set<Held>>> = {
    pollables: new Set(),
    streams: new Set(),
    descriptors: new Set(),
    sockets: new Set(),
  };
  /** What was dropped and still has something to do. */
  readonly #settling = new Set<Held>();
  #disposed = false;

  /** @param synchronous nothing answers with a promise where that can be helped; see `WasiOptions.synchronous` */
  constructor(limits?: Partial<WasiLimits>, synchronous = false) {
    this.limits = resolveLimits(limits);
    this.synchronous = synchronous;
    this.turn = synchronous ? Number.POSITIVE_INFINITY : this.limits.maxTurn;
  }

  /** @throws WasiLimitError where there are too many already, or the scope has ended */
  add(kind: ResourceKind, resource: Held): void {
    if (this.#disposed) throw new WasiLimitError("this WASI instance was disposed, and gives out nothing more");
    const held = this.#held[kind];
    if (this.isFull(kind)) {
      const count = `${held.size} ${kind}`;
      throw new WasiLimitError(`the guest holds ${count} already; raise the limit ${limitOf[kind]} to allow more`);
    }
    held.add(resource);
  }

  /** Forgets what was dropped, once nothing of it is on its way any more. */
  delete(kind: ResourceKind, resource: Held): void {
    this.#held[kind].delete(resource);
    const settled = resource.settled?.();
    if (settled === undefined) return;
    this.#settling.add(resource);
    const forget = (): unknown => this.#settling.delete(resource);
    settled.then(forget, forget);
  }

  /** Whether another of a kind would be refused. */
  isFull(kind: ResourceKind): boolean {
    return this.#held[kind].size >= this.limits[limitOf[kind]];
  }

  /** How many of a kind the guest holds. */
  count(kind: ResourceKind): number {
    return this.#held[kind].size;
  }

  /** Drops everything. What was written and has not arrived goes on in the background. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const held of Object.values(this.#held)) {
      for (const resource of [...held]) resource[Symbol.dispose]();
      held.clear();
    }
  }

  /** Drops everything, and waits for what was written to arrive. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    await Promise.allSettled([...this.#settling].map((resource) => resource.settled?.()));
  }
}
