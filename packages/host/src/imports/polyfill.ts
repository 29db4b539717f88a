import { type Component, findGiven, type Imports } from "@witwire/component";
import { type ClientOptions, createClient, type InvocationTransport, type Limits } from "@witwire/rpc";
import type { ContractRef } from "@witwire/wit/model";
import { camelCase, wireFunctionName } from "@witwire/wit/model";
import type { ByteStreams } from "../types/byte-streams.ts";
import { wireContract } from "../types/wire-contract.ts";
import { ImportAdapter } from "./import-adapter.ts";

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
  /** Overrides of the limits of calls, such as `callTimeout`. */
  readonly limits?: Partial<Limits>;
  /** As {@link ClientOptions.rawHandles}. */
  readonly rawHandles?: boolean;
}

/** One import, and the client that answers it. */
interface Remote {
  readonly name: string;
  readonly client: object;
  readonly adapter: ImportAdapter;
}

/**
 * Answers imports with calls over transports, typed from the component itself. One set of clients serves all instances.
 */
export class Polyfill {
  readonly #component: Component;
  readonly #options: RemoteImports;
  readonly #remotes = new Map<string, Remote | undefined>();

  /** @throws RangeError for interfaces that the component does not import */
  constructor(component: Component, options: RemoteImports) {
    this.#component = component;
    this.#options = options;
    for (const name of Object.keys(options.interfaces ?? {})) this.#assertImported(name);
  }

  /**
   * Imports for all that is not given and for which there is a transport.
   *
   * @param streams of the instance that they are for
   */
  imports(given: Imports, streams?: ByteStreams): Imports {
    const { imports, rootImports } = this.#component;
    const made: Record<string, unknown> = {};
    for (const [name, contract] of imports) {
      if (contract.functions.length === 0 || findGiven(given, name) !== undefined) continue;
      const remote = this.#remote(name, contract);
      if (remote !== undefined) made[name] = remote.adapter.adapt(remote.client, streams);
    }
    const missing = rootImports.functions.filter((func) => !Object.hasOwn(given, camelCase(wireFunctionName(func))));
    const root = missing.length === 0 ? undefined : this.#remote("", rootImports);
    if (root !== undefined) {
      const adapted = root.adapter.adapt(root.client, streams) as Record<string, unknown>;
      for (const func of missing) made[camelCase(wireFunctionName(func))] = adapted[camelCase(wireFunctionName(func))];
    }
    return made;
  }

  #remote(name: string, contract: ContractRef): Remote | undefined {
    if (this.#remotes.has(name)) return this.#remotes.get(name);
    const { interfaces = {}, transport: rest, limits, rawHandles } = this.#options;
    const transport = (findGiven(interfaces, name) as InvocationTransport | undefined) ?? rest;
    let remote: Remote | undefined;
    if (transport !== undefined) {
      const options: ClientOptions = {
        ...(limits === undefined ? {} : { limits }),
        ...(rawHandles === undefined ? {} : { rawHandles }),
        // What is imported under a plain name is called under it.
        ...(name === "" || name.includes("/") ? {} : { instance: name }),
      };
      remote = {
        name,
        client: createClient(wireContract(contract), transport, options),
        adapter: new ImportAdapter(contract),
      };
    }
    this.#remotes.set(name, remote);
    return remote;
  }

  #assertImported(wanted: string): void {
    const { imports, rootImports } = this.#component;
    if (wanted === "" && rootImports.functions.length > 0) return;
    const names = [...imports.keys()];
    if (names.some((name) => findGiven({ [wanted]: true }, name) !== undefined)) return;
    throw new RangeError(
      `the component does not import "${wanted}"; it imports ${names.map((name) => `"${name}"`).join(", ") || "no interface"}`,
    );
  }
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
export function polyfillImports(component: Component, remote: RemoteImports, given: Imports = {}): Imports {
  return new Polyfill(component, remote).imports(given);
}
