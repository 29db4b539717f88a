import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectNats, listen as listenNats } from "@witwire/nats";
import { type ConnectOptions, connect, type ListenOptions, listen } from "@witwire/node";
import { connectQuic, listenQuic } from "@witwire/quic";
import type { InvocationTransport, Server } from "@witwire/rpc";
import { connectWebSocket, listenWebSocket } from "@witwire/websocket";
import { type Certificate, makeCertificate } from "../../../packages/node/src/testing/certificate.ts";

/** Where a server of another process is, and who vouches for it. */
export interface Place {
  readonly address: string;
  /** The authority of its certificate, in PEM. */
  readonly ca?: string;
}

/** A way to a server in a process of its own. */
export interface Route {
  /** @param broker `host:port` of a NATS server, where {@link Route.broker} asks for one */
  listen(server: Server, broker: string): Promise<Place>;
  connect(place: Place): InvocationTransport | Promise<InvocationTransport>;
  /** Whether a NATS server has to be between the two. */
  readonly broker?: true;
}

/** Ways through sockets, by the name of the transport. What has its server elsewhere is opened in `open-transport.ts`. */
export const routes: Readonly<Record<string, Route>> = {
  tcp: overSockets("tcp://127.0.0.1:0"),
  "wrpc-tcp": overSockets("wrpc+tcp://127.0.0.1:0"),
  unix: overSockets("unix://"),
  "wrpc-unix": overSockets("wrpc+unix://"),
  tls: overSockets("tls://127.0.0.1:0"),
  http1: overSockets("http://127.0.0.1:0/", { http: { version: "1.1" } }),
  http2: overSockets("http://127.0.0.1:0/", { http: { version: "2" } }),
  https: overSockets("https://127.0.0.1:0/"),
  ws: overWebSockets("ws://127.0.0.1:0/", ""),
  "wrpc-ws": overWebSockets("ws://127.0.0.1:0/", "wrpc+"),
  wss: overWebSockets("wss://127.0.0.1:0/", ""),
  nats: overNats("nats"),
  "wrpc-nats": overNats("wrpc+nats"),
  quic: overQuic(""),
  "wrpc-quic": overQuic("wrpc+"),
};

function overSockets(address: string, options: Pick<ConnectOptions & ListenOptions, "http"> = {}): Route {
  return {
    listen: async (server) => {
      const own = /^(?:tls|https):/.test(address) ? certificate() : undefined;
      const place = address.endsWith("unix://") ? `${address}${freshSocket()}` : address;
      const listener = await listen(server, place, { ...options, ...(own === undefined ? {} : { tls: own.pair }) });
      return { address: listener.address, ...(own === undefined ? {} : { ca: own.ca }) };
    },
    connect: ({ address: bound, ca }) => connect(bound, { ...options, ...(ca === undefined ? {} : { tls: { ca } }) }),
  };
}

function overWebSockets(address: string, protocol: "" | "wrpc+"): Route {
  return {
    listen: async (server) => {
      const own = address.startsWith("wss:") ? certificate() : undefined;
      const listener = await listenWebSocket(server, address, own === undefined ? {} : { tls: own.pair });
      return { address: `${protocol}${listener.address}`, ...(own === undefined ? {} : { ca: own.ca }) };
    },
    connect: ({ address: bound, ca }) => connectWebSocket(bound, ca === undefined ? {} : { tls: { ca } }),
  };
}

function overNats(scheme: "nats" | "wrpc+nats"): Route {
  return {
    broker: true,
    listen: async (server, broker) => ({ address: (await listenNats(server, `${scheme}://${broker}`)).address }),
    connect: ({ address }) => connectNats(address),
  };
}

function overQuic(protocol: "" | "wrpc+"): Route {
  return {
    listen: async (server) => {
      const { pair, ca } = certificate();
      const listener = await listenQuic(server, "quic://127.0.0.1:0", { tls: pair });
      return { address: `${protocol}${listener.address}`, ca };
    },
    connect: ({ address, ca }) => connectQuic(address, ca === undefined ? {} : { tls: { ca } }),
  };
}

/** A certificate for the loopback interface, and its authority's. */
function certificate(): { readonly pair: Certificate; readonly ca: string } {
  const authority = makeCertificate({ subject: "authority" });
  return { pair: makeCertificate({ subject: "server", names: ["127.0.0.1"], issuer: authority }), ca: authority.cert };
}

/** Goes away with the process. */
function freshSocket(): string {
  const path = join(tmpdir(), `witwire-bench-${process.pid}.sock`);
  process.on("exit", () => rmSync(path, { force: true }));
  return path;
}
