/** Components as binaries. @packageDocumentation */
export type * from "./definitions.ts";
