import type { Resolve } from "@witwire/wit/model";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { type Exported, ExportTable } from "./export-table.ts";
import { HandleKind, handleOf, kindOf, numberOf } from "./handle-number.ts";
import type { HandleHome, HeldHandle } from "./held-handle.ts";
import { type HandleCall, SessionHandles } from "./session-handles.ts";

/** What the resources of a connection need of it. */
export interface ResourceOwner {
  readonly limits: Pick<Limits, "maxHandles">;
  /** Calls on this connection, and on no other. */
  readonly transport: InvocationTransport;
  /** Resources that the peer is willing to hold. */
  readonly peerHandles: number;
  sendDrop(numbers: readonly number[]): void;
  /** A call of the peer that runs. */
  answering(call: number): AnsweringCall | undefined;
}

/** A call of the peer that may answer with a resource. */
export interface AnsweringCall {
  /** Resolved once it has; with `undefined` when it is over without. */
  answer(): Promise<Exported | undefined>;
}

/** A handle that has arrived in front of the value that holds it. */
export interface Arrived {
  /** As it is in the value. */
  readonly handle: number;
  /** The resource, where it has come home. */
  readonly home: Exported | undefined;
}

/** Makes what keeps the resources of a connection; {@link sessionResources} does. */
export type SessionResources = (owner: ResourceOwner) => ConnectionResources;

/** Lets the connections of a session carry resources. */
export const sessionResources: SessionResources = (owner) => new ConnectionResources(owner);

/** What every side is ready for before the other knows its settings. */
const USUAL_HANDLES = 10_000;

/** The resources that the two sides of a connection have given each other. */
export class ConnectionResources implements HandleHome {
  readonly exports: ExportTable = new ExportTable();
  readonly #owner: ResourceOwner;
  /** Numbers of the peer that this side holds. */
  readonly #held = new Set<number>();
  /** Where the types of the resources were defined that were given out, by their keys. */
  readonly #types = new Map<string, Resolve>();
  #drops: number[] = [];
  /**
   * Handles by the objects that stand for them. A handle leads to its connection, and that to whatever the application has
   * hung on to it, be it such an object: were the registry shared, these would keep each other after the connection's end.
   */
  #watched: FinalizationRegistry<HeldHandle> | undefined;
  #ended = false;

  constructor(owner: ResourceOwner) {
    this.#owner = owner;
  }

  /** Resources that were given out, and that are held. */
  get size(): number {
    return this.exports.size + this.#held.size;
  }

  get transport(): InvocationTransport {
    return this.#owner.transport;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What a call fails with where the peer has given more than this side is willing to hold. */
  get crowded(): RpcError | undefined {
    const { maxHandles } = this.#owner.limits;
    if (this.#held.size <= maxHandles) return undefined;
    const message = `more than ${maxHandles} resources of the peer (limit maxHandles)`;
    return new RpcError("resource-exhausted", message, { started: "no" });
  }

  /** The types of the resources that were given out, by their keys. */
  get types(): ReadonlyMap<string, Resolve> {
    return this.#types;
  }

  /** The resources of one call. */
  ofCall(call: HandleCall): SessionHandles {
    return new SessionHandles(this, call);
  }

  /** A number for a resource of this side. @throws RpcError `resource-exhausted` */
  add(type: string, value: object, state: "giving" | "lent", resolve: Resolve | undefined): Exported {
    const most = Math.min(this.#owner.limits.maxHandles, this.#owner.peerHandles);
    if (this.exports.size >= most) {
      throw new RpcError(
        "resource-exhausted",
        `${most} resources are in the hands of the peer (limit maxHandles, of either side)`,
      );
    }
    if (resolve !== undefined && !this.#types.has(type)) this.#types.set(type, resolve);
    return this.exports.add(type, value, state);
  }

  /**
   * The peer gives handles away, and they are this side's from now on.
   *
   * @throws RpcError `protocol` for handles that cannot be given, `resource-exhausted` for more than anybody may give
   */
  receive(handles: readonly number[]): Arrived[] {
    const arrived: Arrived[] = [];
    for (const handle of handles) {
      const number = numberOf(handle);
      if (kindOf(handle) === HandleKind.sender) {
        this.#hold(number);
        arrived.push({ handle, home: undefined });
      } else if (kindOf(handle) === HandleKind.receiver) {
        const home = this.#returned(number);
        if (home !== undefined) arrived.push({ handle, home });
      } else throw new RpcError("protocol", `the peer gave a handle of kind ${kindOf(handle)} away`);
    }
    return arrived;
  }

  /** What has arrived is nobody's. */
  letGo(arrived: Iterable<Arrived>): void {
    for (const { handle, home } of arrived) {
      if (home !== undefined) this.exports.disposeUnowned(home.value);
      else this.drop(numberOf(handle));
    }
  }

  /**
   * The peer no longer holds resources of this side.
   *
   * @returns whether it held all of them
   * @throws RpcError `protocol` for numbers that it was never given
   */
  dropped(numbers: readonly number[]): boolean {
    let heldAll = true;
    for (const number of numbers) {
      const entry = this.#given(number);
      if (entry === undefined) heldAll = false;
      else this.exports.release(entry);
    }
    return heldAll;
  }

  /** What a call of the peer has answered with, or will. */
  async answerOf(call: number): Promise<Exported | undefined> {
    return this.exports.answerOf(call) ?? this.#owner.answering(call)?.answer();
  }

  drop(number: number): void {
    if (!this.#held.delete(number) || this.#ended) return;
    if (this.#drops.length === 0) queueMicrotask(() => this.#sendDrops());
    this.#drops.push(number);
  }

  watch(stub: object, handle: HeldHandle): void {
    if (this.#ended) return;
    this.#watched ??= new FinalizationRegistry((forgotten) => forgotten.drop());
    this.#watched.register(stub, handle, handle);
  }

  unwatch(handle: HeldHandle): void {
    this.#watched?.unregister(handle);
  }

  /** A resource of the peer is on its way home. */
  gaveBack(number: number): void {
    this.#held.delete(number);
  }

  /** The handle of an entry, as values of this side hold it. */
  handleOf(entry: Exported): number {
    return handleOf(entry.number, HandleKind.sender);
  }

  /** The connection has ended, and all handles with it. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#held.clear();
    this.#watched = undefined;
    this.#drops = [];
    this.exports.clear();
  }

  #hold(number: number): void {
    if (number === 0 || this.#held.has(number)) throw new RpcError("protocol", `the peer gave handle ${number} twice`);
    const most = Math.max(this.#owner.limits.maxHandles, USUAL_HANDLES);
    if (this.#held.size >= most) {
      throw new RpcError("resource-exhausted", `the peer gave more than ${most} resources away (limit maxHandles)`);
    }
    this.#held.add(number);
  }

  #returned(number: number): Exported | undefined {
    const entry = this.#given(number);
    if (entry !== undefined) this.exports.take(entry);
    return entry;
  }

  /** What the peer holds under a number; `undefined` when it was freed. @throws RpcError `protocol` when it never was the peer's */
  #given(number: number): Exported | undefined {
    const entry = this.exports.get(number);
    if (number === 0 || number > this.exports.last || (entry !== undefined && entry.state !== "given")) {
      throw new RpcError("protocol", `the peer does not hold resource ${number}, which it gave away or dropped`);
    }
    return entry;
  }

  #sendDrops(): void {
    const drops = this.#drops;
    this.#drops = [];
    if (drops.length > 0 && !this.#ended) this.#owner.sendDrop(drops);
  }
}
