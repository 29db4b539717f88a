import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket, type Server as SocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { formatAddress, parseAddress } from "../address.ts";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";
import { resetSocket } from "../reset-socket.ts";

/** TCP on the loopback interface. */
export const tcp: Harness = socketHarness("tcp", "plain", true, () => "wrpc+tcp://[::1]:0");

/** Unix sockets, each in a folder that goes away with the process. */
export const unix: Harness = socketHarness("unix", "plain", false, freshSocketAddress);

/** A session over TCP, to a port that was opened for plain wRPC. */
export const tcpSession: Harness = socketHarness("tcp", "session", true, () => "wrpc+tcp://[::1]:0");

/** A session over a Unix socket. */
export const unixSession: Harness = socketHarness("unix", "session", false, freshSocketAddress);

function socketHarness(
  name: string,
  protocol: "session" | "plain",
  showsAborts: boolean,
  freshAddress: () => string,
): Harness {
  const endpoint = (address: string, close: () => Promise<void>): Endpoint => ({
    connect: (options) => connect(formatAddress({ ...parseAddress(address), protocol }), options),
    dial: () => socketStream(dialRaw(address)),
    [Symbol.asyncDispose]: close,
  });
  return {
    name,
    session: protocol === "session",
    showsAborts,
    preservesWrites: false,
    serve: async (server) => {
      const listener = await listen(server, freshAddress());
      return endpoint(listener.address, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const sockets = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => onStream(socketStream(socket)));
      const address = await listenRaw(sockets, freshAddress());
      return endpoint(address, async () => void sockets.close());
    },
  };
}

/** Listens with nothing but Node's own sockets. @returns the address with the real port */
export async function listenRaw(sockets: SocketServer, address: string): Promise<string> {
  const target = parseAddress(address);
  sockets.listen(target.transport === "unix" ? { path: target.path } : { host: target.host, port: target.port });
  await once(sockets, "listening");
  const bound = sockets.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return target.transport === "tcp" ? formatAddress({ ...target, port }) : address;
}

/** Connects with nothing but Node's own sockets. */
export function dialRaw(address: string): Socket {
  const target = parseAddress(address);
  return target.transport === "unix"
    ? createConnection({ path: target.path, allowHalfOpen: true })
    : createConnection({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true });
}

let folder: string | undefined;
let sockets = 0;

/** An address in a folder that goes away with the process. */
export function freshSocketAddress(): string {
  if (folder === undefined) {
    const created = mkdtempSync(join(tmpdir(), "witwire-"));
    process.on("exit", () => rmSync(created, { recursive: true, force: true }));
    folder = created;
  }
  return `wrpc+unix://${join(folder, `${++sockets}.sock`)}`;
}

/** A socket as peers that are played by hand use it. */
export function socketStream(socket: Socket): ByteStream {
  return {
    start({ data, end, error }) {
      socket.on("data", data).on("end", end).on("error", error);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    write: (chunks) => chunks.map((chunk) => socket.write(chunk)).every(Boolean),
    end: () => void socket.end(),
    abort: () => void (socket.remoteAddress === undefined ? socket.destroy() : resetSocket(socket)),
  };
}
