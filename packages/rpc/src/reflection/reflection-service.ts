import { type ContractRef, contractName, wireFunctionName } from "@witwire/wit/model";
import { type CallContext, WitError } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Catalogue, ServedInstance } from "./catalogue.ts";
import type { Instance, ReflectionHandler, Refusal, ServerInfo } from "./generated/witwire/reflection/reflection.ts";
import { isLocalPeer } from "./local-peer.ts";

/**
 * Who may ask a server what it serves: callers on the same machine (over TCP from a loopback address, at a Unix socket, in the
 * same process), all of them, or nobody.
 */
export type ReflectionAccess = "local" | "all" | "none";

/** The version of `@witwire/rpc`, which a test compares with package.json. */
export const VERSION = "0.1.0";

/** Answers `witwire:reflection`. Texts are made once, until something else is served. */
export class ReflectionService implements ReflectionHandler {
  readonly #catalogue: Catalogue;
  readonly #access: ReflectionAccess;
  readonly #maxBytes: number;
  readonly #texts = new Map<string | undefined, Promise<readonly string[]>>();
  #revision = -1;

  /** @param maxBytes of the texts of one answer */
  constructor(catalogue: Catalogue, access: ReflectionAccess, maxBytes: number) {
    this.#catalogue = catalogue;
    this.#access = access;
    this.#maxBytes = maxBytes;
  }

  server(context: CallContext): ServerInfo {
    this.#admit(context);
    return { software: "witwire", version: VERSION };
  }

  instances(context: CallContext): Instance[] {
    this.#admit(context);
    return this.#catalogue.instances().map((instance) => ({
      name: instance.name,
      functions: [...instance.functions.keys()],
      contracts: [...new Set(contractsOf([instance]).map(contractName))],
    }));
  }

  async contract(name: string, context: CallContext): Promise<string> {
    this.#admit(context);
    const instance = this.#catalogue.instances().find((candidate) => candidate.name === name);
    if (instance === undefined) throw refusal({ tag: "not-served" });
    const contracts = contractsOf([instance]);
    if (contracts.length === 0) throw refusal({ tag: "no-contract" });
    const [text = "", another] = await this.#textsOf(name, contracts);
    if (another === undefined) return text;
    throw new RpcError("internal", `the contracts of ${name || "the root functions"} contradict each other`);
  }

  async contracts(context: CallContext): Promise<readonly string[]> {
    this.#admit(context);
    const contracts = contractsOf(this.#catalogue.instances());
    return contracts.length === 0 ? [] : this.#textsOf(undefined, contracts);
  }

  #admit({ peer }: CallContext): void {
    if (this.#access === "all" || (this.#access === "local" && isLocalPeer(peer))) return;
    const message = "this server says what it serves only to callers on its own machine";
    throw new RpcError("permission-denied", message, { started: "no" });
  }

  /** @param key the name of the instance; `undefined` for all of them */
  async #textsOf(key: string | undefined, contracts: readonly ContractRef[]): Promise<readonly string[]> {
    const { revision } = this.#catalogue;
    if (revision !== this.#revision) this.#texts.clear();
    this.#revision = revision;
    let texts = this.#texts.get(key);
    if (texts === undefined) {
      texts = this.#print(contracts);
      this.#texts.set(key, texts);
    }
    return texts;
  }

  async #print(contracts: readonly ContractRef[]): Promise<readonly string[]> {
    const told = contractsOf(this.#catalogue.instances());
    const { contractTexts } = await import("./contract-texts.ts");
    const texts = contractTexts(contracts, told);
    const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
    if (bytes > this.#maxBytes) throw refusal({ tag: "too-long", val: BigInt(Math.floor(this.#maxBytes)) });
    return texts;
  }
}

/** The contracts of what is served, each with those of its functions that are. */
function contractsOf(instances: readonly ServedInstance[]): ContractRef[] {
  const served = new Map<ContractRef, Set<string>>();
  for (const { functions } of instances) {
    for (const [name, contract] of functions) {
      if (contract === undefined) continue;
      const names = served.get(contract) ?? new Set();
      served.set(contract, names.add(name));
    }
  }
  return [...served].map(([contract, names]) => ({
    ...contract,
    functions: contract.functions.filter((func) => names.has(wireFunctionName(func))),
  }));
}

function refusal(payload: Refusal): WitError<Refusal> {
  return new WitError(payload);
}
