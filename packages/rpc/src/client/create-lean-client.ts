import type { Codec, LeanContract } from "@witwire/codec";
import type { ContractRef, ContractTypes } from "@witwire/wit/model";
import { type ContractFunction, contractFunctions, instanceOf } from "../contract/contract-function.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { Caller, type CallerOptions } from "./caller.ts";

/** What a lean client is made of. */
export interface LeanClientOptions extends CallerOptions {}

/**
 * What `createClient` makes, of nothing but what it is given: for pages, whose bundlers then leave out the rest. A call that
 * needs more fails with `unimplemented`, before anything is sent.
 *
 * @param contract what `witwire bindgen --lean` generates, or {@link toLeanContract} makes
 */
export function createLeanClient<C extends object>(
  contract: LeanContract<C>,
  transport: InvocationTransport,
  options: LeanClientOptions = {},
): C {
  const functions = Object.entries(contract.functions());
  return new Caller(transport, options).client(contract.instance, functions) as C;
}

/**
 * A contract for lean clients from one that is described by a model, which weighs more than what `witwire bindgen --lean`
 * writes, as does what compiles it.
 *
 * @param codec knows all types of the contract; `composeCodec` makes one that knows no others
 * @throws RangeError for contracts with resources, which lean clients do not have
 */
export function toLeanContract<C extends object, H extends object>(
  contract: ContractRef & ContractTypes<C, H>,
  codec: Codec,
): LeanContract<C>;
export function toLeanContract(contract: ContractRef, codec: Codec): LeanContract;
export function toLeanContract(contract: ContractRef, codec: Codec): LeanContract {
  const functions = contractFunctions(contract, codec);
  if (functions.some(({ resource }) => resource !== undefined)) {
    throw new RangeError(`${contract.name} has resources, which lean clients cannot: use createClient`);
  }
  const entries = functions.map((fn): [string, ContractFunction] => [fn.property, fn]);
  return { instance: instanceOf(contract), functions: () => Object.fromEntries(entries) };
}
