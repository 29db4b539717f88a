import type { ContractRef } from "@witwire/wit/model";

/** Functions that a server serves under one name. */
export interface ServedInstance {
  readonly name: string;
  /** By name on the wire, with the contract of each where it is known. */
  readonly functions: ReadonlyMap<string, ContractRef | undefined>;
}

/** What a server serves. */
export interface Catalogue {
  /** Another number after every change. */
  readonly revision: number;
  instances(): readonly ServedInstance[];
}
