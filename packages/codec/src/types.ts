/**
 * The types of the component model, for code that `witwire bindgen --lean` generates: bundlers keep what encodes those that
 * are imported, and nothing else. @packageDocumentation
 */

export { type FunctionCodec, func, type LeanContract } from "./component-model/compiled-function.ts";
export type { CompiledType } from "./component-model/compiled-type.ts";
export * from "./component-model/lean-types.ts";
export type { NumericRun } from "./component-model/numeric-lists.ts";
