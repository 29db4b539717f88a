/** A package that knows addresses which this one does not. */
export interface ForeignTransport {
  readonly package: string;
  /** Its functions that connect and listen. */
  readonly connect: string;
  readonly listen: string;
}

const webSocket: ForeignTransport = {
  package: "@witwire/websocket",
  connect: "connectWebSocket",
  listen: "listenWebSocket",
};
const nats: ForeignTransport = { package: "@witwire/nats", connect: "connect", listen: "listen" };

/** Transports of other packages, by what their addresses begin with, `wrpc+` left out. */
const schemes: Readonly<Record<string, ForeignTransport>> = { ws: webSocket, wss: webSocket, nats };

/** The package for an address; `undefined` where there is none. */
export function foreignTransportOf(address: string): ForeignTransport | undefined {
  const scheme = /^(?:wrpc\+)?([a-z]+):/.exec(address)?.[1] ?? "";
  return Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
}

/**
 * What to install and to import for an address, or that nothing speaks it yet; `undefined` where it is none that was ever
 * thought of.
 */
export function explainForeignAddress(address: string): string | undefined {
  if (/^(?:wrpc\+)?quic:/.test(address)) {
    return `"${address}" cannot be used: there is no transport for QUIC yet; ${address.replace("quic:", "tls:")} is encrypted too`;
  }
  const transport = foreignTransportOf(address);
  if (transport === undefined) return undefined;
  const { package: name, connect, listen } = transport;
  return (
    `"${address}" needs another package: npm install ${name}\n` +
    `and then: import { ${connect}, ${listen} } from "${name}"`
  );
}
