/** Encodings of WIT values, compiled from the type model. @packageDocumentation */
export type {
  ChunkDecoder,
  Codec,
  Lifting,
  Lowering,
  PathPattern,
  ResourceRef,
  ResumableDecoder,
  Splitter,
  StreamCodec,
  ValueCodec,
} from "./codec.ts";
export {
  asyncPathsOfParams,
  asyncPathsOfResult,
  asyncPathsOfType,
  componentModelCodec,
  createComponentModelCodec,
  goComponentModelCodec,
} from "./component-model/codec.ts";
export type { FunctionCodec, LeanContract } from "./component-model/compiled-function.ts";
export { composeCodec } from "./component-model/compose.ts";
export type { Kind } from "./component-model/kind.ts";
export type { ComponentModelOptions } from "./component-model/options.ts";
export { resourceRef } from "./component-model/resources.ts";
export { DecodeError, ValueError } from "./errors.ts";
export type { DecodeLimits } from "./limits.ts";
export { DEFAULT_DECODE_LIMITS } from "./limits.ts";
export { Reader, underflow } from "./reader.ts";
export { Writer } from "./writer.ts";
