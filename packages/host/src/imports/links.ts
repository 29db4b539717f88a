import { type Component, findGiven, type Imports } from "@witwire/component";
import { type ClientOptions, createClient, DEFAULT_LIMITS, type InvocationTransport, type Limits } from "@witwire/rpc";
import { type ContractRef, camelCase, type Func, wireFunctionName } from "@witwire/wit/model";
import type { ByteStreams } from "../types/byte-streams.ts";
import { wireContract } from "../types/wire-contract.ts";
import { wrpcInterfaces } from "../wrpc/wrpc-interfaces.ts";
import { ImportAdapter } from "./import-adapter.ts";
import { localImport } from "./local-import.ts";

/** Where imports are that are not given. */
export interface RemoteImports {
  /**
   * By interface: its full name, the name of the same interface without a version or with a compatible one, or the plain name
   * under which the component imports it; `""` for functions at the root. A name that the component does not import is an
   * error.
   */
  readonly interfaces?: Readonly<Record<string, InvocationTransport>>;
  /** For all others. Default: there are no others, and a component that has some cannot be linked. */
  readonly transport?: InvocationTransport;
  /** Overrides of the limits of calls. */
  readonly limits?: Partial<Limits>;
  /** As {@link ClientOptions.rawHandles}. */
  readonly rawHandles?: boolean;
}

/**
 * Implementations in this process, by the names that {@link RemoteImports} takes: objects in TypeScript as a server serves
 * them, or the exports of another component's host. What the component does not import is not used.
 */
export type LocalImports = Readonly<Record<string, object>>;

export interface LinkOptions {
  readonly local?: LocalImports | undefined;
  readonly remote?: RemoteImports | undefined;
  /** Milliseconds that a call of an import may take. Default 30,000. Its caller may have less time left. */
  readonly importTimeout?: number | undefined;
}

/** One import, and what answers it. */
interface Link {
  readonly implementation: object;
  readonly adapter: ImportAdapter;
}

/**
 * Answers imports: with implementations in this process, or else with calls over transports, typed from the component
 * itself. For the guest the two behave alike. One set serves all instances.
 */
export class Links {
  readonly #component: Component;
  readonly #local: LocalImports;
  readonly #remote: RemoteImports;
  readonly #timeout: number;
  readonly #links = new Map<string, Link | undefined>();

  /** @throws RangeError for remote interfaces that the component does not import */
  constructor(component: Component, { local = {}, remote = {}, importTimeout }: LinkOptions) {
    this.#timeout = importTimeout ?? remote.limits?.callTimeout ?? DEFAULT_LIMITS.callTimeout;
    this.#component = component;
    this.#local = local;
    this.#remote = remote;
    for (const name of Object.keys(remote.interfaces ?? {})) this.#assertImported(name);
  }

  /**
   * Imports for all that is not given and that something answers.
   *
   * @param streams of the instance that they are for
   */
  imports(given: Imports, streams?: ByteStreams): Imports {
    const { imports, rootImports } = this.#component;
    const { transport } = this.#remote;
    const made: Record<string, unknown> = {};
    const own = wrpcInterfaces(transport === undefined ? undefined : { transport, timeout: this.#timeout }, streams);
    for (const [name, contract] of imports) {
      if (contract.functions.length === 0 || findGiven(given, name) !== undefined) continue;
      const ours = findGiven(own, name);
      if (ours !== undefined) {
        made[name] = ours;
        continue;
      }
      const link = this.#link(name, contract);
      if (link !== undefined) made[name] = link.adapter.adapt(link.implementation, streams);
    }
    const missing = rootImports.functions.map(propertyOf).filter((property) => !Object.hasOwn(given, property));
    const root = missing.length === 0 ? undefined : this.#link("", rootImports);
    if (root !== undefined) {
      const adapted = root.adapter.adapt(root.implementation, streams) as Record<string, unknown>;
      for (const property of missing) made[property] = adapted[property];
    }
    return made;
  }

  #link(name: string, contract: ContractRef): Link | undefined {
    if (!this.#links.has(name)) {
      const implementation = this.#implementation(name, contract);
      this.#links.set(
        name,
        implementation === undefined ? undefined : { implementation, adapter: new ImportAdapter(contract) },
      );
    }
    return this.#links.get(name);
  }

  #implementation(name: string, contract: ContractRef): object | undefined {
    const { interfaces = {}, transport: rest, limits, rawHandles } = this.#remote;
    const local = findGiven(this.#local, name) as object | undefined;
    if (local !== undefined) return localImport(contract, local, this.#timeout);
    const transport = (findGiven(interfaces, name) as InvocationTransport | undefined) ?? rest;
    if (transport === undefined) return undefined;
    const options: ClientOptions = {
      limits: { ...limits, callTimeout: this.#timeout },
      maxTimeout: this.#timeout,
      ...(rawHandles === undefined ? {} : { rawHandles }),
      // What is imported under a plain name is called under it.
      ...(name === "" || name.includes("/") ? {} : { instance: name }),
    };
    return createClient(wireContract(contract), transport, options);
  }

  #assertImported(wanted: string): void {
    const { imports, rootImports } = this.#component;
    if (wanted === "" && rootImports.functions.length > 0) return;
    const names = [...imports.keys()];
    if (names.some((name) => findGiven({ [wanted]: true }, name) !== undefined)) return;
    // What is told of is what there is to choose from: WASI is mostly given.
    const others = names.filter((name) => !name.startsWith("wasi:"));
    const list = (others.length > 0 ? others : names).map((name) => `"${name}"`).join(", ");
    throw new RangeError(`the component does not import "${wanted}"; it imports ${list || "no interface"}`);
  }
}

function propertyOf(func: Func): string {
  return camelCase(wireFunctionName(func));
}

/**
 * Clients for every interface and root function that a component imports and that is not given.
 *
 * A call that fails traps the guest, which its caller learns as `trap` with the cause named; a function that returns
 * `result<T, error>` with the `error` of `wrpc:rpc` gets it as `err` instead. Calls inherit the signal and the remaining
 * time of the call that the guest answers.
 *
 * @param given what the component is given otherwise, such as WASI; nothing is made for these
 * @throws RangeError for interfaces that the component does not import
 */
export function polyfillImports(
  component: Component,
  remote: RemoteImports & Pick<LinkOptions, "importTimeout">,
  given: Imports = {},
): Imports {
  return new Links(component, { remote, importTimeout: remote.importTimeout }).imports(given);
}
