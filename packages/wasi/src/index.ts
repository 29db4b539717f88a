/** WASI 0.2 for components on Node. @packageDocumentation */
export type { CliOptions } from "./cli/cli-interfaces.ts";
export type { StdioOptions } from "./cli/stdio.ts";
export type { ClockOptions } from "./clocks/clock-interfaces.ts";
export type { MonotonicClock } from "./clocks/monotonic-clock.ts";
export type { Datetime, WallClock } from "./clocks/wall-clock.ts";
export type { FilesystemOptions, PreopenedFolder } from "./filesystem/filesystem-interfaces.ts";
export type { ErrorCode as HttpErrorCode } from "./http/error-code.ts";
export type { HttpPermission, RequestedTarget } from "./http/http-access.ts";
export type { HttpGuest, IncomingHandler } from "./http/http-guest.ts";
export { incomingHandler } from "./http/http-guest.ts";
export type { HttpHandler, HttpHandlerOptions } from "./http/http-handler.ts";
export { createHttpHandler } from "./http/http-handler.ts";
export type { HttpOptions } from "./http/http-interfaces.ts";
export type { HttpServer, ServeHttpOptions } from "./http/http-server.ts";
export { serveHttp } from "./http/http-server.ts";
export type { IncomingRequest } from "./http/incoming-request.ts";
export type { OutgoingHttpOptions } from "./http/outgoing-handler.ts";
export type { ResponseOutparam } from "./http/response-outparam.ts";
export type { ByteOutput, ByteSink } from "./io/byte-sink.ts";
export type { ByteInput, ByteSource } from "./io/byte-source.ts";
export type { ByteStreams } from "./io/byte-streams.ts";
export type { StreamOptions } from "./io/input-stream.ts";
export { InputStream } from "./io/input-stream.ts";
export { IoError } from "./io/io-error.ts";
export { OutputStream } from "./io/output-stream.ts";
export { Pollable } from "./io/pollable.ts";
export { DestinationClosed } from "./io/stream-error.ts";
export type { WasiLimits } from "./limits.ts";
export { DEFAULT_WASI_LIMITS } from "./limits.ts";
export type { RandomOptions } from "./random/random-interfaces.ts";
export { Scope, WasiLimitError } from "./scope.ts";
export type {
  AddressPermission,
  NamePermission,
  NetworkOptions,
  NetworkPermissions,
  Protocol,
} from "./sockets/network-access.ts";
export type { Wasi, WasiOptions } from "./wasi.ts";
export { createWasi, WASI_VERSION } from "./wasi.ts";
