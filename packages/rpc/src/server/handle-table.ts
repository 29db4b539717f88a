import type { ResourceRef } from "@witwire/codec";
import { remoteHandleOf } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { HandleLifting } from "../values/incoming.ts";
import type { HandleLowering, OwnedHandle } from "../values/outgoing.ts";

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
  readonly #entries = new Map<string, Entry>();
  readonly #handles = new WeakMap<object, string>();
  #sweeper: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Pick<Limits, "maxHandles" | "handleIdleTimeout">) {
    this.#limits = limits;
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
    this.#handles.set(value, key);
    this.#scheduleSweep();
    return handle;
  }

  /** @throws RpcError `not-found` for a handle that is not live, or of another type */
  get(type: string, handle: Uint8Array): object {
    const entry = this.#entries.get(keyOf(handle));
    if (entry === undefined || entry.type !== type) {
      throw new RpcError("not-found", `no live handle of ${type} has these ${handle.length} bytes`, { started: "no" });
    }
    entry.lastUsed = performance.now();
    return entry.value;
  }

  remove(handle: Uint8Array): void {
    this.#delete(keyOf(handle));
  }

  /** Frees the handle of a resource; `false` where it has none. */
  free(value: object): boolean {
    const key = this.#handles.get(value);
    return key !== undefined && this.#delete(key);
  }

  clear(): void {
    for (const { value } of this.#entries.values()) dispose(value);
    this.#entries.clear();
    clearTimeout(this.#sweeper);
    this.#sweeper = undefined;
  }

  #delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#handles.delete(entry.value);
    if (this.#entries.size === 0) {
      clearTimeout(this.#sweeper);
      this.#sweeper = undefined;
    }
    return true;
  }

  #scheduleSweep(): void {
    if (this.#sweeper !== undefined || !Number.isFinite(this.#limits.handleIdleTimeout)) return;
    this.#sweeper = setTimeout(() => this.#sweep(), Math.min(this.#limits.handleIdleTimeout, MAX_TIMER));
    unref(this.#sweeper);
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const oldest = performance.now() - this.#limits.handleIdleTimeout;
    for (const [key, entry] of this.#entries) {
      if (entry.lastUsed > oldest) continue;
      this.#delete(key);
      dispose(entry.value);
    }
    if (this.#entries.size > 0) this.#scheduleSweep();
  }
}

const MAX_TIMER = 2 ** 31 - 1;

/** Handles in the parameters of calls that a server answers. */
export class LocalHandleLifting implements HandleLifting {
  readonly #table: HandleTable;
  readonly #raw: boolean;

  /** @param raw whether handles that are not in the table are passed on as bytes */
  constructor(table: HandleTable, raw: boolean) {
    this.#table = table;
    this.#raw = raw;
  }

  own(resource: ResourceRef, handle: Uint8Array): unknown {
    return this.borrow(resource, handle);
  }

  borrow(resource: ResourceRef, handle: Uint8Array): unknown {
    try {
      return this.#table.get(resource.key, handle);
    } catch (error) {
      if (this.#raw) return handle.slice();
      throw error;
    }
  }

  received(_resource: ResourceRef, handle: Uint8Array): void {
    this.#table.remove(handle);
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

  own(resource: ResourceRef, value: unknown): Uint8Array {
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

  settle(owned: readonly OwnedHandle[], moved: boolean): void {
    if (moved) return;
    for (const { handle } of owned) this.#table.remove(handle);
  }
}

function keyOf(handle: Uint8Array): string {
  let key = "";
  for (const byte of handle) key += String.fromCharCode(byte);
  return key;
}

/** A resource that nobody can reach any more is told so, if it wants to know. */
function dispose(value: object): void {
  const disposable = value as Partial<Disposable>;
  if (typeof disposable[Symbol.dispose] === "function") disposable[Symbol.dispose]?.();
}

function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}
