/** Calls over any transport: client, server, plain wRPC framing, in-memory transport. @packageDocumentation */

// For those who pass calls on, or write transports.
export type { ResolvedCallOptions } from "./client/call-options.ts";
export { resolveCallOptions } from "./client/call-options.ts";
export type {
  Client,
  ClientOptions,
  DynamicClient,
  DynamicMember,
  DynamicResource,
  FunctionCall,
} from "./client/create-client.ts";
export { callFunction, createClient } from "./client/create-client.ts";
export { pipelined } from "./client/pipelined.ts";
export type { RpcErrorCode, RpcErrorOptions, Started } from "./errors.ts";
export { isRpcError, RpcError } from "./errors.ts";
export type { Compat } from "./framing/compat.ts";
export type { PlainTransportOptions } from "./framing/plain-transport.ts";
export { createPlainTransport } from "./framing/plain-transport.ts";
export { processBufferedBytes } from "./framing/read-budget.ts";
export type { ServerHealth } from "./health/health-service.ts";
export type { CallChanges, FunctionContract, InterceptedCall, Interceptor } from "./interception/interceptor.ts";
export type { Limits } from "./limits.ts";
export { DEFAULT_LIMITS, resolveLimits } from "./limits.ts";
export type { SessionState, SessionTransport, SessionTransportOptions } from "./peer/session-transport.ts";
export { createSessionTransport } from "./peer/session-transport.ts";
export type { ReflectionAccess } from "./reflection/reflection-service.ts";
export { callerTransport } from "./server/call-context.ts";
export type { CallHost, FunctionSource, IncomingCall } from "./server/call-host.ts";
export type { CallSource } from "./server/call-source.ts";
export type {
  ServeFunctionOptions,
  ServeOptions,
  Server,
  ServerOptions,
  ServerStats,
} from "./server/create-server.ts";
export { createServer } from "./server/create-server.ts";
export type { FailedCall } from "./server/log-failure.ts";
export type { RawFunction, ServerFunction, ValueFunction } from "./server/server-function.ts";
export type { AwaitedAnswer, CallHandles, StubFactory } from "./transport/call-handles.ts";
export type { Accompaniment, Duplex, DuplexEvents } from "./transport/duplex.ts";
export type {
  IncomingPath,
  Invocation,
  InvocationTransport,
  OpenRequest,
  Path,
  TransportStats,
} from "./transport/invocation.ts";
export { createMemoryDuplexPair } from "./transport/memory-duplex.ts";
export { createMemoryTransport, dialMemory } from "./transport/memory-transport.ts";
