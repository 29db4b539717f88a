/** The type model that everything else is computed from. @packageDocumentation */

export { contractName } from "./contract-name.ts";
export * from "./lookup.ts";
export * from "./names.ts";
export * from "./references.ts";
export * from "./typed-contract.ts";
export type * from "./types.ts";
