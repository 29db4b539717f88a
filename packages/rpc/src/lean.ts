/** Clients of as little code as a page needs: parts that `createClient` and its transports are made of. @packageDocumentation */

export { asyncValues } from "./client/async-call.ts";
export type { AsyncValues } from "./client/client-call.ts";
export { createLeanClient, type LeanClientOptions, toLeanContract } from "./client/create-lean-client.ts";
export { type Interception, intercepted } from "./client/interception.ts";
export type { AsyncPaths } from "./framing/flow.ts";
export { asyncPaths } from "./framing/path-flow.ts";
export { createLeanPlainTransport, type LeanPlainTransportOptions } from "./framing/plain-transport.ts";
export { createLeanSessionTransport, type LeanSessionTransportOptions } from "./peer/session-transport.ts";
export { type SessionResources, sessionResources } from "./resources/connection-resources.ts";
