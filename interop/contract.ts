import { type ContractRef, findInterface, findWorld } from "@witwire/wit/model";
import { contract } from "./wit/model.ts";

export { contract } from "./wit/model.ts";

/** The interface of a row, or the world at whose root its function is. */
export function contractOf(interfaceName: string): ContractRef {
  return interfaceName === "" ? findWorld(contract, "server") : findInterface(contract, interfaceName);
}

/** The instance of root functions at a peer of wRPC 0.17 and before: the name of the world that it serves. Later ones have "". */
export const WORLD_INSTANCE: string = contractOf("").name;

/** All that clients call it: those of wRPC 0.17 know only the name of their own world. */
export const rootInstances: readonly string[] = ["", WORLD_INSTANCE, findWorld(contract, "client", "imports").name];
