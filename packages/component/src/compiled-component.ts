import { componentModel, type DecodedComponent, type FunctionType } from "@witwire/wit/binary";
import {
  findWorld,
  type InterfaceRef,
  qualifiedName,
  type Resolve,
  type WorldId,
  type WorldRef,
  worldInterfaces,
} from "@witwire/wit/model";
import type { CompiledFunction } from "./abi/canonical.ts";
import { platformCallChain } from "./calls/call-chain.ts";
import { Gate } from "./calls/gate.ts";
import { GuestCall } from "./calls/guest-call.ts";
import { Store } from "./calls/store.ts";
import type { Component, ComponentInstance, DynamicExports, Imports, InstanceOptions } from "./component.ts";
import type { CompiledModule } from "./core/compiled-modules.ts";
import { canSuspend } from "./core/web-assembly.ts";
import { ComponentError } from "./errors.ts";
import type { EngineLimits } from "./limits.ts";
import { hostExports } from "./linking/host-exports.ts";
import { hostImports } from "./linking/host-imports.ts";
import type { InstanceValue } from "./linking/instance-value.ts";
import { instantiateComponent, type Program, type Steps } from "./linking/instantiation.ts";
import { RunningComponent } from "./running-component.ts";
import { releaseResult } from "./runtime/lifted-function.ts";

/** What was compiled of a component. */
export interface CompiledParts {
  readonly modules: readonly CompiledModule[];
  readonly functions: ReadonlyMap<FunctionType, CompiledFunction>;
}

/** A component in this engine. */
export class CompiledComponent implements Component {
  readonly #decoded: DecodedComponent;
  readonly #program: Program;
  readonly #limits: EngineLimits;
  #model: { readonly resolve: Resolve; readonly world: WorldId } | undefined;

  constructor(decoded: DecodedComponent, { modules, functions }: CompiledParts, limits: EngineLimits) {
    this.#decoded = decoded;
    this.#limits = limits;
    this.#program = {
      modules,
      compiled: (type) => functions.get(type) as CompiledFunction,
      resourceName: (type) => decoded.types[type]?.name ?? "resource",
    };
  }

  get resolve(): Resolve {
    return this.#modelled().resolve;
  }

  get rootImports(): WorldRef {
    return this.#root("imports");
  }

  get rootExports(): WorldRef {
    return this.#root("exports");
  }

  get imports(): ReadonlyMap<string, InterfaceRef> {
    const { resolve, world } = this.#modelled();
    return worldInterfaces(resolve, world, "imports");
  }

  get exports(): ReadonlyMap<string, InterfaceRef> {
    const { resolve, world } = this.#modelled();
    return worldInterfaces(resolve, world, "exports");
  }

  /** Made when somebody asks: running the component needs no model. */
  #modelled(): { readonly resolve: Resolve; readonly world: WorldId } {
    this.#model ??= componentModel(this.#decoded);
    return this.#model;
  }

  #root(side: "imports" | "exports"): WorldRef {
    const { resolve, world } = this.#modelled();
    const { worlds } = resolve;
    return findWorld(resolve, qualifiedName(resolve, worlds[world] as Resolve["worlds"][number]), side);
  }

  async instantiate<E extends object = DynamicExports>(
    imports: Imports = {},
    options: InstanceOptions = {},
  ): Promise<ComponentInstance<E>> {
    if (!canSuspend()) {
      throw new ComponentError(
        "unsupported",
        "unsupported: this platform has no JavaScript Promise Integration (Node has it from 24.20); use instantiateSync",
      );
    }
    const store = new Store("async", this.#limits);
    const chain = options.callChain ?? platformCallChain();
    const call = new GuestCall("instantiating the component", undefined, chain.getStore());
    const steps = this.#start(store, call, imports);
    try {
      const root = await chain.run(call, () => settle(store, steps));
      return this.#running<E>(store, new Gate(store, chain, releaseResult), root);
    } catch (error) {
      throw abandoned(store, error);
    } finally {
      call.settled = true;
      store.current = undefined;
    }
  }

  instantiateSync<E extends object = DynamicExports>(
    imports: Imports = {},
    options: InstanceOptions = {},
  ): ComponentInstance<E> {
    const store = new Store("sync", this.#limits);
    const chain = options.callChain ?? platformCallChain();
    const call = new GuestCall("instantiating the component", undefined, undefined);
    const steps = this.#start(store, call, imports);
    try {
      const { value: root } = steps.next();
      return this.#running<E>(store, new Gate(store, chain, releaseResult), root as InstanceValue);
    } catch (error) {
      throw abandoned(store, error);
    } finally {
      call.settled = true;
      store.current = undefined;
    }
  }

  #start(store: Store, call: GuestCall, imports: Imports): Steps<InstanceValue> {
    const { root, types } = this.#decoded;
    const items = hostImports(root.type, types, imports, store);
    store.current = call;
    return instantiateComponent(this.#program, store, undefined, { definition: root, scopes: [] }, items);
  }

  #running<E extends object>(store: Store, gate: Gate, root: InstanceValue): ComponentInstance<E> {
    return new RunningComponent(store, hostExports(root, this.#decoded.types, gate, store.mode) as E);
  }
}

/** Awaits what start functions wait for. */
async function settle(store: Store, steps: Steps<InstanceValue>): Promise<InstanceValue> {
  for (let step = steps.next(); ; ) {
    if (step.done === true) return step.value;
    try {
      await step.value;
    } catch (error) {
      throw store.trapped(error, "a start function");
    }
    step = steps.next();
  }
}

/** An instance that did not come about lets go of everything. @returns why it did not */
function abandoned(store: Store, error: unknown): unknown {
  const failure = store.failure ?? error;
  store.dispose();
  return failure;
}
