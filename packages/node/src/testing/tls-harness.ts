import { createConnection } from "node:net";
import { connect as connectTls, createServer, type TLSSocket } from "node:tls";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { formatAddress, parseAddress } from "../address.ts";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";
import { makeCertificate } from "./certificate.ts";
import { listenRaw } from "./socket-harness.ts";

const authority = makeCertificate({ subject: "authority" });
const server = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });

/** TLS on the loopback interface, one connection per call. */
export const tls: Harness = tlsHarness("plain");

/** A session over TLS. */
export const tlsSession: Harness = tlsHarness("session");

function tlsHarness(protocol: "session" | "plain"): Harness {
  const endpoint = (address: string, close: () => Promise<void>): Endpoint => ({
    connect: (options) =>
      connect(formatAddress({ ...parseAddress(address), protocol }), { ...options, tls: { ca: authority.cert } }),
    dial: () => dial(address),
    [Symbol.asyncDispose]: close,
  });
  return {
    name: "tls",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    serve: async (served) => {
      const listener = await listen(served, "wrpc+tls://[::1]:0", { tls: server });
      return endpoint(listener.address, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const sockets = createServer({ ...server, allowHalfOpen: true, noDelay: true }, (socket) => {
        onStream(secureStream(socket, true, () => rawOf(socket)));
      });
      const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
      return endpoint(address.replace("+tcp", "+tls"), async () => void sockets.close());
    },
  };
}

function dial(address: string): ByteStream {
  const target = parseAddress(address);
  if (target.transport === "unix") throw new TypeError(`${address} is no TLS address`);
  const raw = createConnection({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true });
  raw.on("error", () => {});
  return secureStream(connectTls({ socket: raw, ca: authority.cert, host: target.host }), false, () => raw);
}

/** A TLS socket as peers that are played by hand use it. */
function secureStream(
  socket: TLSSocket,
  isAccepted: boolean,
  raw: () => { resetAndDestroy(): unknown } | undefined,
): ByteStream {
  let secured = isAccepted;
  socket.once("secureConnect", () => {
    secured = true;
  });
  return {
    start({ data, end, error }) {
      socket.on("data", data).on("end", end).on("error", error);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    write: (chunks) => chunks.map((chunk) => socket.write(chunk)).every(Boolean),
    // A TLS socket that ends in the middle of its handshake does neither.
    end: () => void (secured ? socket.end() : socket.once("secureConnect", () => socket.end())),
    abort: () => {
      // What was written has not reached the socket below before.
      const carrier = raw();
      setImmediate(() => {
        // While its end is under way the system cannot reset, and Node would lose the handle over trying.
        if (!socket.writableEnded || socket.writableFinished) carrier?.resetAndDestroy();
        socket.destroy();
      });
    },
  };
}

/** The socket below, which Node keeps for itself where it has accepted the connection. */
function rawOf(
  socket: TLSSocket & { _parent?: { resetAndDestroy(): unknown } },
): { resetAndDestroy(): unknown } | undefined {
  return socket._parent;
}
