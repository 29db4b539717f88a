import { connect as connectToNats, listen as listenOnNats } from "@witwire/nats";
import { connect, listen } from "@witwire/node";
import { connectQuic, listenQuic } from "@witwire/quic";
import type { Compat, InvocationTransport, Server } from "@witwire/rpc";
import { connectWebSocket, listenWebSocket } from "@witwire/websocket";
import { authority, certificate } from "./certificates.ts";

/** What our clients trust. */
const trusted = { ca: authority.cert };

/** A transport of plain wRPC to any address of a peer. */
export function connectTo(address: string, options: { readonly compat?: Compat }): InvocationTransport {
  const [scheme, rest] = split(address);
  switch (scheme) {
    case "nats":
      return connectToNats(`wrpc+${address}`, options);
    case "ws":
      return connectWebSocket(`wrpc+${address}`, options);
    case "wss":
      return connectWebSocket(`wrpc+${address}`, { ...options, tls: trusted });
    case "http":
      return connect(address, options);
    case "https":
      return connect(address, { ...options, tls: trusted, http: { version: "1.1" } });
    case "h2c":
      return connect(`http://${rest}`, { ...options, http: { version: "2" } });
    case "h2":
      return connect(`https://${rest}`, { ...options, tls: trusted });
    case "quic":
      return connectQuic(`wrpc+${address}`, { ...options, tls: trusted });
    default:
      return connect(`wrpc+${address}`, options);
  }
}

/** A listener at an address as peers write it. */
export interface OurListener extends AsyncDisposable {
  readonly address: string;
}

/** Listens at any address that a peer can call. Port 0 picks one, which the listener's address has. */
export async function listenOn(server: Server, address: string): Promise<OurListener> {
  const [scheme, rest] = split(address);
  const listener = await openListener(server, scheme, rest);
  const [, place] = split(listener.address);
  return { address: `${scheme}://${place}`, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

function openListener(server: Server, scheme: string, rest: string): Promise<OurListener> {
  switch (scheme) {
    case "nats":
      return listenOnNats(server, `wrpc+nats://${rest}`);
    case "ws":
      return listenWebSocket(server, `wrpc+ws://${rest}`);
    case "wss":
      return listenWebSocket(server, `wrpc+wss://${rest}`, { tls: certificate });
    case "http":
      return listen(server, `http://${rest}`);
    case "https":
    case "h2":
      return listen(server, `https://${rest}`, { tls: certificate });
    case "h2c":
      return listen(server, `http://${rest}`, { http: { version: "2" } });
    case "quic":
      return listenQuic(server, `wrpc+quic://${rest}`, { tls: certificate });
    default:
      return listen(server, `wrpc+${scheme}://${rest}`);
  }
}

function split(address: string): [scheme: string, rest: string] {
  const at = address.indexOf("://");
  return [address.slice(0, at), address.slice(at + "://".length)];
}
