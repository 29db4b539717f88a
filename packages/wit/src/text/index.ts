/** The WIT language: text to model, and model to text and JSON. @packageDocumentation */

export { WitSourceError, type WitSourceErrorOptions } from "./errors.ts";
export { ExcerptConflict, excerpt } from "./excerpt.ts";
export type { Features } from "./gates.ts";
export { type Json, toWitJson } from "./json.ts";
export { defaultWitLimits, type WitLimits } from "./limits.ts";
export { printWit } from "./print.ts";
export {
  type ParseWitOptions,
  parseWit,
  type ResolvedWit,
  resolveWit,
  type WitFile,
  type WitOptions,
  type WitSource,
} from "./resolve.ts";
