import { type ContractRef, type InterfaceRef, interfaceRef, type WorldRef, worldRef } from "./lookup.ts";
import type { InterfaceId, Resolve, WorldId } from "./types.ts";

declare const types: unique symbol;

/** What the type of a contract may say about its functions. It exists for TypeScript alone: there is no such property. */
export interface ContractTypes<Client extends object, Handler extends object> {
  readonly [types]: { readonly client: Client; readonly handler: Handler };
}

/**
 * An interface whose functions TypeScript knows, as `witwire bindgen` writes it. Clients and servers infer their types
 * from it.
 *
 * @typeParam Client what calls it
 * @typeParam Handler what implements it
 */
export type InterfaceContract<Client extends object, Handler extends object> = InterfaceRef &
  ContractTypes<Client, Handler>;

/** The root functions of a world, typed as {@link InterfaceContract} is. */
export type WorldContract<Client extends object, Handler extends object> = WorldRef & ContractTypes<Client, Handler>;

/** What implements a contract: `object` where its types are not known. */
export type HandlerOf<C extends ContractRef> = C extends ContractTypes<object, infer Handler> ? Handler : object;

/** What calls a contract: `object` where its types are not known. */
export type ClientOf<C extends ContractRef> = C extends ContractTypes<infer Client, object> ? Client : object;

/**
 * An interface of a model by its id, with types that the caller vouches for. For generated code, which knows both; others
 * want `findInterface`.
 *
 * @param name under which it is called
 */
export function typedInterface<Client extends object, Handler extends object>(
  resolve: Resolve,
  id: InterfaceId,
  name: string,
): InterfaceContract<Client, Handler> {
  return interfaceRef(resolve, id, name) as InterfaceContract<Client, Handler>;
}

/** The root functions that a world of a model imports or exports, as {@link typedInterface}. */
export function typedWorld<Client extends object, Handler extends object>(
  resolve: Resolve,
  id: WorldId,
  side: "imports" | "exports",
): WorldContract<Client, Handler> {
  return worldRef(resolve, id, side) as WorldContract<Client, Handler>;
}
