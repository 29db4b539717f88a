/** Clients of as little code as a page needs: parts that `createClient` and its transports are made of. @packageDocumentation */

export { createLeanClient, type LeanClientOptions } from "./client/create-lean-client.ts";
export { type Interception, intercepted } from "./client/interception.ts";
export { type ResourceSupport, rawResources, resources } from "./client/remote-resources.ts";
export { createLeanPlainTransport } from "./framing/plain-transport.ts";
export { type AsyncValues, asyncValues } from "./values/async-values.ts";
