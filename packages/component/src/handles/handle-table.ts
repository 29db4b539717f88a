import { Trap } from "../abi/canonical.ts";
import type { CallScope } from "./call-scope.ts";

/** One handle that a component holds. CanonicalABI.md, `ResourceHandle`. */
export interface HandleEntry<R> {
  readonly resource: R;
  /** What the implementer of the resource knows it by. */
  readonly rep: number;
  /** The call that lent it; `undefined` for an owned one. */
  readonly scope: CallScope | undefined;
  /** How many calls it is lent to at the moment. */
  lends: number;
}

/** Counts the handles of all tables of an instance. */
export interface HandleCounter {
  handles: number;
  readonly limits: { readonly maxHandles: number };
}

/**
 * The handles that one component instance holds, to resources of all types. A handle is an index into the table, from 1;
 * freed ones are given out again, the latest first.
 *
 * CanonicalABI.md, Table State and Resource State. Everything that the specification says to trap for throws {@link Trap}.
 *
 * @typeParam R resource types, compared by identity
 */
export class HandleTable<R extends { readonly name: string }> {
  /** Index 0 stays empty, so that no handle is 0. */
  readonly #entries: (HandleEntry<R> | undefined)[] = [undefined];
  readonly #free: number[] = [];
  readonly #counter: HandleCounter;

  constructor(counter: HandleCounter) {
    this.#counter = counter;
  }

  addOwn(resource: R, rep: number): number {
    return this.#add({ resource, rep, scope: undefined, lends: 0 });
  }

  /** A handle that the call of `scope` has to drop before it returns. */
  addBorrow(resource: R, rep: number, scope: CallScope): number {
    const handle = this.#add({ resource, rep, scope, lends: 0 });
    scope.borrows++;
    return handle;
  }

  /** `resource.rep`. */
  rep(resource: R, handle: number): number {
    return this.#get(resource, handle).rep;
  }

  /** Lends a handle to a call out of the component. @returns the rep */
  lend(resource: R, handle: number, scope: CallScope): number {
    const entry = this.#get(resource, handle);
    scope.lend(entry);
    return entry.rep;
  }

  /** Takes an owned handle out, to give the resource away. @returns the rep */
  takeOwn(resource: R, handle: number): number {
    const entry = this.#get(resource, handle);
    if (entry.scope !== undefined) {
      throw new Trap(`handle ${handle} only borrows its ${resource.name}, which cannot be given away`);
    }
    this.#checkNotLent(entry, handle, "given away");
    this.#remove(handle);
    return entry.rep;
  }

  /** `resource.drop`. @returns the rep of an owned resource, which is to be destroyed; `undefined` for a borrowed one */
  drop(resource: R, handle: number): number | undefined {
    const entry = this.#get(resource, handle);
    this.#checkNotLent(entry, handle, "dropped");
    this.#remove(handle);
    if (entry.scope === undefined) return entry.rep;
    entry.scope.borrows--;
    return undefined;
  }

  /** Takes a handle back that was given by mistake, whatever it is. */
  withdraw(handle: number): void {
    const entry = this.#entries[handle];
    if (entry === undefined) return;
    if (entry.scope !== undefined) entry.scope.borrows--;
    this.#remove(handle);
  }

  #get(resource: R, handle: number): HandleEntry<R> {
    const entry = this.#entries[handle];
    if (entry === undefined) throw new Trap(`unknown handle ${handle >>> 0} for a ${resource.name}`);
    if (entry.resource !== resource) {
      throw new Trap(`handle ${handle} is one of a ${entry.resource.name}, not of this ${resource.name}`);
    }
    return entry;
  }

  #add(entry: HandleEntry<R>): number {
    const counter = this.#counter;
    if (counter.handles >= counter.limits.maxHandles) {
      throw new Trap(`the instance holds ${counter.handles} handles already (limit maxHandles)`, "resource-exhausted");
    }
    counter.handles++;
    const handle = this.#free.pop() ?? this.#entries.length;
    this.#entries[handle] = entry;
    return handle;
  }

  #remove(handle: number): void {
    this.#entries[handle] = undefined;
    this.#free.push(handle);
    this.#counter.handles--;
  }

  #checkNotLent(entry: HandleEntry<R>, handle: number, what: string): void {
    if (entry.lends === 0) return;
    throw new Trap(`handle ${handle} of a ${entry.resource.name} is lent to a running call and cannot be ${what}`);
  }
}
