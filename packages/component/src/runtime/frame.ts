import type { TypeId } from "@witwire/wit/model";
import type { Store } from "../calls/store.ts";
import { ComponentError } from "../errors.ts";
import { HandleTable } from "../handles/handle-table.ts";

/**
 * The state of one component instance, the root or one inside it: what the specification calls `ComponentInstance`.
 * CanonicalABI.md, Component Instances.
 */
export class Frame {
  readonly store: Store;
  readonly parent: Frame | undefined;
  readonly handles: HandleTable<RuntimeResource>;
  /** `false` while a call is inside. */
  mayEnter = true;
  /** `false` while the guest allocates or cleans up for the engine, when it may not call out. */
  mayLeave = true;
  /**
   * Whether anything that was given to it may await. Then its functions are called so that they can suspend. What was
   * not given to a component cannot be reached from inside it, so this holds for everything that it does.
   */
  readonly suspends: boolean;
  readonly #resources = new Map<TypeId, RuntimeResource>();

  constructor(store: Store, parent: Frame | undefined, suspends: boolean) {
    this.store = store;
    this.parent = parent;
    this.suspends = suspends;
    this.handles = new HandleTable(store);
  }

  bindResource(type: TypeId, resource: RuntimeResource): void {
    this.#resources.set(type, resource);
  }

  /** What a resource type of this component stands for in this instance of it. */
  resource(type: TypeId): RuntimeResource {
    const resource = this.#resources.get(type);
    if (resource === undefined)
      throw new ComponentError("invalid-component", `resource type ${type} is used before it is defined`);
    return resource;
  }

  /**
   * The instances that a call from `caller` enters: this one and those around it, except those that the caller is inside
   * of already. CanonicalABI.md, `entering_set`.
   */
  entering(caller: Frame | undefined): readonly Frame[] {
    const outside = new Set<Frame>();
    for (let frame = caller; frame !== undefined; frame = frame.parent) outside.add(frame);
    const entered: Frame[] = [];
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.parent) {
      if (!outside.has(frame)) entered.push(frame);
    }
    return entered;
  }
}

/** Marks instances as entered. @returns whether that was possible; if not, nothing was marked */
export function enter(frames: readonly Frame[]): boolean {
  for (const frame of frames) if (!frame.mayEnter) return false;
  for (const frame of frames) frame.mayEnter = false;
  return true;
}

export function leave(frames: readonly Frame[]): void {
  for (const frame of frames) frame.mayEnter = true;
}

/**
 * A resource type at run time: one that a component defined, or one that the host implements. What handles refer to is its
 * `rep`, a number that only the implementer understands. Between components and the host, resources travel as objects.
 */
export interface RuntimeResource {
  readonly name: string;
  /** The instance that implements it; `undefined` for the host. */
  readonly definer: Frame | undefined;
  /** Whether {@link destroy} may answer with a promise. */
  readonly mayAwait: boolean;
  /** The object for a resource that a component gives away. */
  liftOwn(rep: number): object;
  /** The object for a resource that a component lends; `release` ends that. */
  liftBorrow(rep: number): { readonly value: object; release?(): void };
  /** Takes a resource over from its object. @throws ValueError where it is no such resource, or is gone or lent */
  lowerOwn(value: unknown): number;
  /** Takes back what {@link lowerOwn} did. */
  restore(rep: number, value: unknown): void;
  /** Lends a resource to a component; `release` ends that. @throws ValueError where it is no such resource, or is gone */
  lowerBorrow(value: unknown): { readonly rep: number; release(): void };
  /** The last handle to an owned resource was dropped. Runs the destructor. @param caller who dropped it */
  destroy(rep: number, caller: Frame | undefined): unknown;
}
