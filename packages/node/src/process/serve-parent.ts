import { Socket } from "node:net";
import { Writable } from "node:stream";
import {
  createSessionTransport,
  type Duplex,
  type Server,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import type { Listener } from "../listen.ts";
import { SocketDuplex } from "../socket-duplex.ts";
import { CHANNEL_VARIABLE } from "./child.ts";
import { once } from "./connect-process.ts";
import { StreamDuplex } from "./stream-duplex.ts";

export interface ServeParentOptions {
  /** Whether this process ends when its parent has ended the byte stream, or itself. Default `true`. */
  readonly exit?: boolean;
}

/**
 * Answers the calls of the process that has started this one with `connectProcess`, on descriptor 3.
 *
 * @throws Error when it was not started so
 */
export function listenParent(server: Server, options: ServeParentOptions = {}): Listener {
  const text = process.env[CHANNEL_VARIABLE];
  if (text === undefined || !/^\d{1,4}$/.test(text)) {
    throw new Error(
      `no process calls this one: it has to be started by connectProcess, or by connect("exec:…"), which sets ${CHANNEL_VARIABLE}`,
    );
  }
  // Further processes do not inherit the descriptor.
  delete process.env[CHANNEL_VARIABLE];
  const socket = new Socket({ fd: Number(text), readable: true, writable: true, allowHalfOpen: true });
  socket.once("close", () => void leave(server, options));
  server.accept(new SocketDuplex(socket, { transport: "process", address: `pid ${process.ppid}` }, true));
  return listenerAt("parent:");
}

/**
 * Answers calls that come over standard input, on standard output. From then on whatever else this process prints to
 * standard output, `console.log` included, goes to standard error.
 */
export function serveStdio(server: Server, options: ServeParentOptions = {}): Listener {
  process.stdin.once("close", () => void leave(server, options));
  server.accept(ownStdio());
  return listenerAt("stdio:");
}

/** A session with whoever is at the other end of this process's standard input and output. Prints go to standard error. */
export function connectOwnStdio(options: SessionTransportOptions = {}): SessionTransport {
  return createSessionTransport(once(ownStdio, "stdio:"), options);
}

function ownStdio(): Duplex {
  return new StreamDuplex(process.stdin, claimStdout(), { transport: "stdio", address: `pid ${process.ppid}` });
}

let claimed = false;

/** @throws Error when it belongs to another session already */
function claimStdout(): Writable {
  if (claimed) throw new Error("standard output carries the calls of another session already");
  claimed = true;
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  const output = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => void write(chunk, (error) => done(error ?? null)),
  });
  stdout.on("error", (error) => output.destroy(error));
  return output;
}

/** Nobody calls any more. */
async function leave(server: Server, { exit = true }: ServeParentOptions): Promise<void> {
  if (!exit) return;
  await server.close({ grace: 1000 });
  process.exit();
}

/** There is one caller, and it has come already. */
function listenerAt(address: string): Listener {
  const close = (): Promise<void> => Promise.resolve();
  return { address, close, [Symbol.asyncDispose]: close };
}
