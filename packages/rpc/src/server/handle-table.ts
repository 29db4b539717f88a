import type { ResourceRef } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import { remoteHandleOf } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { disposeResource } from "../resources/dispose-resource.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { StubFactory } from "../transport/call-handles.ts";
import type { HandleLifting, HandleLowering, HandleScope, OwnedHandle } from "../values/handles.ts";

interface Entry {
  readonly type: string;
  readonly value: object;
  lastUsed: number;
}

/** Handles are this long, and random, so that no one can guess those of others. */
const HANDLE_BYTES = 16;

/**
 * The resources that a server has given out over plain wRPC. The protocol has no drop message, so an entry lives until
 * it is given back as `own`, was not used for `handleIdleTimeout`, or the server frees it. A full table refuses new
 * entries and never drops live ones.
 */
export class HandleTable {
  readonly #limits: Pick<Limits, "maxHandles" | "handleIdleTimeout">;
  readonly #timers: Timers;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  /** The handles of a resource, which may have been given out more than once. */
  readonly #handles = new WeakMap<object, Set<string>>();
  #sweeper: RunningTimer | undefined;

  constructor(limits: Pick<Limits, "maxHandles" | "handleIdleTimeout">, timers: Timers) {
    this.#limits = limits;
    this.#timers = timers;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws RpcError `resource-exhausted` when the table is full */
  add(type: string, value: object): Uint8Array {
    if (this.#entries.size >= this.#limits.maxHandles) {
      throw new RpcError("resource-exhausted", `${this.#limits.maxHandles} handles are live (limit maxHandles)`);
    }
    const handle = crypto.getRandomValues(new Uint8Array(HANDLE_BYTES));
    const key = keyOf(handle);
    this.#entries.set(key, { type, value, lastUsed: performance.now() });
    const handles = this.#handles.get(value);
    if (handles === undefined) this.#handles.set(value, new Set([key]));
    else handles.add(key);
    this.#scheduleSweep();
    return handle;
  }

  /** @throws RpcError `not-found` for a handle that is not live, or of another type */
  get(type: string, handle: Uint8Array): object {
    const key = keyOf(handle);
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.type !== type) {
      throw new RpcError("not-found", `no live handle of ${type} has these ${handle.length} bytes`, { started: "no" });
    }
    entry.lastUsed = performance.now();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  remove(handle: Uint8Array): void {
    this.#delete(keyOf(handle));
  }

  /** Frees every handle of a resource; `false` where it has none. */
  free(value: object): boolean {
    const keys = [...(this.#handles.get(value) ?? [])];
    for (const key of keys) this.#delete(key);
    return keys.length > 0;
  }

  /** Frees everything. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }

  /** @returns the resource, if this was its last handle */
  #delete(key: string): object | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.#entries.size === 0) {
      this.#sweeper?.stop();
      this.#sweeper = undefined;
    }
    const handles = this.#handles.get(entry.value);
    handles?.delete(key);
    if (handles !== undefined && handles.size > 0) return undefined;
    this.#handles.delete(entry.value);
    return entry.value;
  }

  /** Frees a handle that its holder did not give back. */
  #drop(key: string): void {
    const unreachable = this.#delete(key);
    if (unreachable !== undefined) disposeResource(unreachable);
  }

  #scheduleSweep(): void {
    const [oldest] = this.#entries.values();
    if (this.#sweeper !== undefined || oldest === undefined) return;
    const wait = oldest.lastUsed + this.#limits.handleIdleTimeout - performance.now();
    this.#sweeper = this.#timers.start(Math.max(1, Math.ceil(wait)), () => this.#sweep(), true);
  }

  #sweep(): void {
    const expired = performance.now() - this.#limits.handleIdleTimeout;
    for (const [key, entry] of this.#entries) {
      if (entry.lastUsed > expired) break;
      this.#drop(key);
    }
    this.#sweeper = undefined;
    this.#scheduleSweep();
  }
}

/** Handles in the parameters of calls that a server answers. */
export class LocalHandleLifting implements HandleLifting {
  readonly #table: HandleTable;
  readonly #raw: boolean;
  readonly #stubs: (resolve: Resolve | undefined) => StubFactory;

  /**
   * @param raw whether handles that are not in the table are passed on as bytes
   * @param stubs makes objects for resources of callers
   */
  constructor(table: HandleTable, raw: boolean, stubs: (resolve: Resolve | undefined) => StubFactory) {
    this.#table = table;
    this.#raw = raw;
    this.#stubs = stubs;
  }

  own(resource: ResourceRef, handle: Uint8Array, { invocation, base, resolve }: HandleScope): unknown {
    const { handles } = invocation;
    if (handles !== undefined) return handles.liftOwn(resource, handle, base, this.#stubs(resolve));
    return this.#find(resource, handle);
  }

  borrow(resource: ResourceRef, handle: Uint8Array, { invocation, resolve }: HandleScope): unknown {
    const { handles } = invocation;
    if (handles !== undefined) return handles.liftBorrow(resource, handle, this.#stubs(resolve));
    return this.#find(resource, handle);
  }

  received(handle: Uint8Array, value: unknown, { invocation }: HandleScope): void {
    const { handles } = invocation;
    if (handles !== undefined) handles.claim(handle, value as object);
    else this.#table.remove(handle);
  }

  #find(resource: ResourceRef, handle: Uint8Array): unknown {
    try {
      return this.#table.get(resource.key, handle);
    } catch (error) {
      if (this.#raw) return handle.slice();
      throw error;
    }
  }
}

/** Handles in the results of calls that a server answers. */
export class LocalHandleLowering implements HandleLowering {
  readonly #table: HandleTable;
  readonly #raw: boolean;

  constructor(table: HandleTable, raw: boolean) {
    this.#table = table;
    this.#raw = raw;
  }

  own(resource: ResourceRef, value: unknown, { invocation, base, resolve }: HandleScope): Uint8Array {
    const { handles } = invocation;
    if (handles !== undefined) return handles.lowerOwn(resource, value, base, resolve);
    const remote = remoteHandleOf(value);
    if (this.#raw && value instanceof Uint8Array) return value;
    if (this.#raw && remote !== undefined) return remote.bytes;
    if (typeof value !== "object" || value === null)
      throw new TypeError(`expected a ${resource.name} object, got ${typeof value}`);
    return this.#table.add(resource.key, value);
  }

  borrow(resource: ResourceRef): Uint8Array {
    throw new TypeError(`a borrowed ${resource.name} cannot be returned`);
  }

  settle(owned: readonly OwnedHandle[], moved: boolean, { invocation }: HandleScope): void {
    const { handles } = invocation;
    if (handles !== undefined) handles.settle(moved);
    if (moved || handles !== undefined) return;
    for (const { handle } of owned) this.#table.remove(handle);
  }
}

/** Handles of other lengths are not ours; they all get the same key, which no entry has. */
function keyOf(handle: Uint8Array): string {
  return handle.length === HANDLE_BYTES ? String.fromCharCode(...handle) : "";
}
