/** Witwire on Node: TCP and Unix sockets, WIT folders. @packageDocumentation */
export { DEFAULT_PORT, formatAddress, parseAddress, type SocketAddress } from "./address.ts";
export { type ConnectOptions, connect } from "./connect.ts";
export { type ForeignTransport, foreignTransportOf } from "./foreign-addresses.ts";
export type { HttpOptions } from "./http/connect-http.ts";
export { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from "./http/http-handler.ts";
export { type Listener, type ListenOptions, listen } from "./listen.ts";
export {
  type ConnectProcessOptions,
  connectProcess,
  connectStdio,
  type ProcessTransport,
} from "./process/connect-process.ts";
export { listenParent, type ServeParentOptions, serveStdio } from "./process/serve-parent.ts";
export { type ReadWitOptions, readWit, readWitPackage } from "./read-wit.ts";
export type { KeyPair, TlsClientOptions, TlsServerOptions } from "./tls/tls-options.ts";
