/** The type model that everything else is computed from. @packageDocumentation */
export type * from "./types.ts";
export * from "./names.ts";
export * from "./lookup.ts";
