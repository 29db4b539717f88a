/** A package that knows addresses which this one does not. */
export interface ForeignTransport {
  readonly package: string;
  /** Its functions that connect and listen. */
  readonly connect: string;
  readonly listen: string;
  /** What it needs besides, and leaves to its users to install, with the version. */
  readonly peer?: string;
}

const webSocket: ForeignTransport = {
  package: "@witwire/websocket",
  connect: "connectWebSocket",
  listen: "listenWebSocket",
};
const quic: ForeignTransport = {
  package: "@witwire/quic",
  connect: "connectQuic",
  listen: "listenQuic",
  peer: "@matrixai/quic@2.0.9",
};
const nats: ForeignTransport = { package: "@witwire/nats", connect: "connect", listen: "listen" };

/** Transports of other packages, by what their addresses begin with, `wrpc+` left out. */
const schemes: Readonly<Record<string, ForeignTransport>> = { ws: webSocket, wss: webSocket, nats, quic };

/** The package for an address; `undefined` where there is none. */
export function foreignTransportOf(address: string): ForeignTransport | undefined {
  const scheme = /^(?:wrpc\+)?([a-z]+):/.exec(address)?.[1] ?? "";
  return Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
}

/** What to install and to import for an address; `undefined` where no package speaks it. */
export function explainForeignAddress(address: string): string | undefined {
  const transport = foreignTransportOf(address);
  if (transport === undefined) return undefined;
  const { package: name, connect, listen, peer } = transport;
  return (
    `"${address}" needs another package: npm install ${name}${peer === undefined ? "" : ` ${peer}`}\n` +
    `and then: import { ${connect}, ${listen} } from "${name}"`
  );
}
