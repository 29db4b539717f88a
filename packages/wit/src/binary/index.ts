/** Components as binaries. @packageDocumentation */

export { decodeComponent } from "./decode-component.ts";
export { ComponentDecodeError, type ComponentDecodeErrorKind } from "./decode-error.ts";
export { componentModel, type DecodedWit, decodeWit } from "./decode-wit.ts";
export type * from "./definitions.ts";
export { type DecodeLimits, defaultDecodeLimits, greatestDecodeDepth } from "./limits.ts";
export { isWasm } from "./preamble.ts";
