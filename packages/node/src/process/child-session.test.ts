import { createServer } from "node:net";
import { type Harness, transportCompliance } from "@witwire/rpc/compliance";
import { listen } from "../listen.ts";
import { dialRaw, freshSocketAddress, listenRaw, socketStream } from "../testing/socket-harness.ts";
import { connectProcess } from "./connect-process.ts";

const relay = new URL("../testing/relay.ts", import.meta.url).pathname;

/** A session with a child process, which passes it on to the server of the test. */
const child: Harness = {
  name: "a child process",
  session: true,
  showsAborts: false,
  preservesWrites: false,
  serve: async (server) => {
    const { address, close } = await listen(server, freshSocketAddress());
    return { ...endpoint(address), [Symbol.asyncDispose]: close };
  },
  acceptRaw: async (onStream) => {
    const sockets = createServer({ allowHalfOpen: true }, (socket) => onStream(socketStream(socket)));
    const address = await listenRaw(sockets, freshSocketAddress());
    return { ...endpoint(address), [Symbol.asyncDispose]: async () => void sockets.close() };
  },
};

const endpoint = (address: string): Pick<Awaited<ReturnType<Harness["serve"]>>, "connect" | "dial"> => ({
  connect: (options) => connectProcess(process.execPath, [relay, address], { ...options, onStderr: () => {} }),
  dial: () => socketStream(dialRaw(address)),
});

transportCompliance(child);
