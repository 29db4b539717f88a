/** WASI 0.2 for components on Node. @packageDocumentation */

export type { ByteOutput, ByteSink } from "./io/byte-sink.ts";
export type { ByteInput, ByteSource } from "./io/byte-source.ts";
export type { StreamOptions } from "./io/input-stream.ts";
export { InputStream } from "./io/input-stream.ts";
export { IoError } from "./io/io-error.ts";
export { OutputStream } from "./io/output-stream.ts";
export { Pollable } from "./io/pollable.ts";
export { DestinationClosed } from "./io/stream-error.ts";
export type { WasiLimits } from "./limits.ts";
export { DEFAULT_WASI_LIMITS } from "./limits.ts";
export { Scope } from "./scope.ts";
