import type { ContractRef, ContractTypes } from "@witwire/wit/model";
import type { InvocationTransport } from "../transport/invocation.ts";
import { Caller, type CallerOptions } from "./caller.ts";
import type { Client, DynamicClient } from "./create-client.ts";

/** What a lean client is made of. */
export interface LeanClientOptions extends CallerOptions {}

/**
 * What `createClient` makes, of nothing but what it is given: for pages, whose bundlers then leave out the rest. What a
 * function needs and the client was not given is named by an error: a `RangeError` when the client is made, or `unimplemented`.
 *
 * @param contract generated, or from `findInterface` or `findWorld`
 */
export function createLeanClient<C extends object, H extends object>(
  contract: ContractRef & ContractTypes<C, H>,
  transport: InvocationTransport,
  options: LeanClientOptions,
): C;
export function createLeanClient(
  contract: ContractRef,
  transport: InvocationTransport,
  options: LeanClientOptions,
): DynamicClient;
/** @typeParam T the contract as a TypeScript interface */
export function createLeanClient<T extends object>(
  contract: ContractRef,
  transport: InvocationTransport,
  options: LeanClientOptions,
): Client<T>;
export function createLeanClient(
  contract: ContractRef,
  transport: InvocationTransport,
  options: LeanClientOptions,
): unknown {
  return new Caller(transport, contract.resolve, options).client(contract);
}
