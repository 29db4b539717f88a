import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { repositoryRoot } from "../../../scripts/workspace.ts";

/** One way for calls to go, as it is shown. How it is opened is in `routes.ts`, under the same name. */
export interface Transport {
  /** A word that names it on command lines. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What its addresses look like; what it is made of where it has none. */
  readonly address: string;
  /** What protects it. */
  readonly security: string;
  /** What all calls of a client share, or what each of them has for itself. */
  readonly connections: string;
  /** Why it cannot be measured here; absent, or `undefined`, where it can. */
  readonly missing?: () => string | undefined;
}

const session = "a connection for all calls";
const perCall = "a connection for each call";

/** All of them, in the order of docs/transports.md. A new one needs a line here and one in `routes.ts`. */
export const transports: readonly Transport[] = [
  {
    name: "memory",
    title: "memory",
    address: "`createMemoryTransport`",
    security: "no way in",
    connections: "a pair of byte streams for each call",
  },
  { name: "tcp", title: "TCP, session", address: "`tcp://`", security: "none", connections: session },
  { name: "wrpc-tcp", title: "TCP, plain wRPC", address: "`wrpc+tcp://`", security: "none", connections: perCall },
  { name: "unix", title: "Unix socket, session", address: "`unix://`", security: "permissions", connections: session },
  {
    name: "wrpc-unix",
    title: "Unix socket, plain wRPC",
    address: "`wrpc+unix://`",
    security: "permissions",
    connections: perCall,
  },
  { name: "tls", title: "TLS, session", address: "`tls://`", security: "TLS 1.3", connections: session },
  {
    name: "exec",
    title: "child process, session",
    address: "`exec:`",
    security: "whoever starts it",
    connections: "a socket pair for all calls",
  },
  {
    name: "http1",
    title: "HTTP/1.1, plain wRPC",
    address: "`http://`",
    security: "none",
    connections: "a request for each call, connections used again",
  },
  {
    name: "http2",
    title: "HTTP/2, plain wRPC",
    address: "`http://`, version 2",
    security: "none",
    connections: "a connection, with a request for each call",
  },
  {
    name: "https",
    title: "HTTP/2 and TLS, plain wRPC",
    address: "`https://`",
    security: "TLS",
    connections: "a connection, with a request for each call",
  },
  { name: "ws", title: "WebSocket, session", address: "`ws://`", security: "origins, headers", connections: session },
  {
    name: "wrpc-ws",
    title: "WebSocket, plain wRPC",
    address: "`wrpc+ws://`",
    security: "origins, headers",
    connections: perCall,
  },
  {
    name: "wss",
    title: "WebSocket and TLS, session",
    address: "`wss://`",
    security: "TLS, origins, headers",
    connections: session,
  },
  {
    name: "worker",
    title: "worker thread, session",
    address: "`connectPort`",
    security: "whoever has the port",
    connections: "a message port for all calls",
  },
  {
    name: "nats",
    title: "NATS",
    address: "`nats://`",
    security: "that of NATS",
    connections: "a connection to NATS, two messages for each call",
    missing: () => withoutCommand("nats-server", "apt-get install nats-server"),
  },
  {
    name: "wrpc-nats",
    title: "NATS, plain wRPC",
    address: "`wrpc+nats://`",
    security: "that of NATS",
    connections: "a connection to NATS, five messages for each call",
    missing: () => withoutCommand("nats-server", "apt-get install nats-server"),
  },
  {
    name: "quic",
    title: "QUIC, session",
    address: "`quic://`",
    security: "TLS 1.3",
    connections: "a stream for all calls",
    missing: withoutQuiche,
  },
  {
    name: "wrpc-quic",
    title: "QUIC, plain wRPC",
    address: "`wrpc+quic://`",
    security: "TLS 1.3",
    connections: "a connection for all calls, a stream for each",
    missing: withoutQuiche,
  },
];

/** @throws RangeError listing what there is */
export function transportOf(name: string): Transport {
  const found = transports.find((transport) => transport.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`no transport is called "${name}"; there is ${transports.map((each) => each.name).join(", ")}`);
}

function withoutCommand(command: string, wayOut: string): string | undefined {
  const found = (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, command)));
  return found ? undefined : `there is no ${command} here (${wayOut})`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function withoutQuiche(): string | undefined {
  const binary = `@matrixai/quic-${process.platform}-${process.arch}`;
  return existsSync(join(repositoryRoot, "node_modules", binary)) ? undefined : `there is no ${binary} here`;
}
