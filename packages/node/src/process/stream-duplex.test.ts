import { createServer, type Socket } from "node:net";
import { createSessionTransport, type Duplex } from "@witwire/rpc";
import { type Harness, sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { dialRaw, freshSocketAddress, listenRaw, socketStream } from "../testing/socket-harness.ts";
import { StreamDuplex } from "./stream-duplex.ts";

const peer = { transport: "stdio" };

/** Standard input and output as a child has them, each a stream of its own. Here both are views of one socket. */
const open = (socket: Socket): Duplex => new StreamDuplex(socket, socket, peer);

const listenWith = async (onSocket: (socket: Socket) => void): ReturnType<Harness["serve"]> => {
  const sockets = createServer({ allowHalfOpen: true }, onSocket);
  const address = await listenRaw(sockets, freshSocketAddress());
  return {
    connect: (options) => createSessionTransport(() => open(dialRaw(address)), options),
    dial: () => socketStream(dialRaw(address)),
    [Symbol.asyncDispose]: async () => void sockets.close(),
  };
};
const stdio: Harness = {
  name: "stdio",
  session: true,
  showsAborts: false,
  preservesWrites: false,
  serve: (server) => listenWith((socket) => server.accept(open(socket))),
  acceptRaw: (onStream) => listenWith((socket) => onStream(socketStream(socket))),
};

transportCompliance(stdio);
sessionProtocolTests(stdio);
