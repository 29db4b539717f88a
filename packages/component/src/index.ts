/** WebAssembly components on V8. @packageDocumentation */
export { compile } from "./compile.ts";
export type * from "./component.ts";
export type { ComponentErrorCode, ComponentErrorDetails } from "./errors.ts";
export { ComponentError, ComponentExit } from "./errors.ts";
export type { EngineLimits } from "./limits.ts";
export { DEFAULT_ENGINE_LIMITS } from "./limits.ts";
// For those who decide what a component is given.
export { findGiven } from "./linking/interface-lookup.ts";
