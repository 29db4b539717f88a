import {
  createSessionTransport,
  type Duplex,
  type Server,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { MessageDuplex } from "./message-duplex.ts";
import { PortLink, type StreamPort } from "./port-link.ts";

/**
 * Something that takes messages and ports: a `MessagePort`, a `Worker`, the global scope of a dedicated worker; on Node also a
 * `Worker` and the `parentPort` of `node:worker_threads`.
 */
export interface PortLike {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  addEventListener?(type: string, listener: (event: object) => void): void;
  removeEventListener?(type: string, listener: (event: object) => void): void;
  /** Node's `Worker` is an event emitter instead. */
  on?(event: string, listener: (value: unknown) => void): unknown;
  off?(event: string, listener: (value: unknown) => void): unknown;
  start?(): void;
}

/** Both sides keep to the credit of the other, so this is never reached by a peer of good will. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** Asks the other side to take a port as a byte stream. */
interface OpenMessage {
  readonly witwire: "stream";
  readonly port: StreamPort;
}

/**
 * A session with whoever has called {@link acceptPort} on the other end of a port. Other messages may go over the same port.
 * Each connection is a message channel of its own, one end of which is handed over, so a session can be made again after the server
 * has drained.
 */
export function connectPort(port: PortLike, options: SessionTransportOptions = {}): SessionTransport {
  return createSessionTransport(dialPort(port), options);
}

/** Opens byte streams over a port, for `createSessionTransport` and `createPlainTransport`. */
export function dialPort(port: PortLike): () => Duplex {
  return () => {
    const { MessageChannel } = globalThis as unknown as {
      MessageChannel: new () => { readonly port1: StreamPort; readonly port2: StreamPort };
    };
    const { port1, port2 } = new MessageChannel();
    const message: OpenMessage = { witwire: "stream", port: port2 };
    port.postMessage(message, [port2]);
    return portDuplex(port1);
  };
}

/**
 * Has a server answer the calls that come over a port. Whoever has the other end may call, so do not hand it to those who
 * should not.
 *
 * @returns takes no more connections when disposed; calls that came over it go on, `server.close()` ends those
 */
export function acceptPort(server: Pick<Server, "accept">, port: PortLike): Disposable {
  return acceptStreams(port, (stream) => server.accept(portDuplex(stream)));
}

/** Takes the ports that {@link dialPort} hands over. */
export function acceptStreams(port: PortLike, accept: (stream: StreamPort) => void): Disposable {
  const onMessage = (message: unknown): void => {
    if (isOpenMessage(message)) accept(message.port);
  };
  if (port.addEventListener !== undefined) {
    const listener = (event: object): void => onMessage((event as { readonly data?: unknown }).data);
    port.addEventListener("message", listener);
    port.start?.();
    return { [Symbol.dispose]: () => port.removeEventListener?.("message", listener) };
  }
  if (port.on === undefined) throw new TypeError("this is no port: it has neither addEventListener nor on");
  port.on("message", onMessage);
  return { [Symbol.dispose]: () => void port.off?.("message", onMessage) };
}

/** A message port that carries one byte stream and nothing else. */
export function portDuplex(port: StreamPort): Duplex {
  return new MessageDuplex(new PortLink(port), { transport: "port" }, MAX_HELD_BYTES);
}

/** It may come from anywhere, so nothing about it is taken for granted. */
function isOpenMessage(message: unknown): message is OpenMessage {
  if (typeof message !== "object" || message === null) return false;
  const { witwire, port } = message as Partial<OpenMessage>;
  return witwire === "stream" && typeof port === "object" && typeof port?.postMessage === "function";
}
