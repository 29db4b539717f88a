import type { Socket } from "node:net";
import type { Duplex, DuplexEvents } from "@witwire/rpc";
import { isRpcError, RpcError } from "@witwire/rpc";
import { isWhole, type Peer, trackMemory, whenSent } from "@witwire/wit/values";
import { resetSocket } from "./reset-socket.ts";
import { SocketCare } from "./socket-care.ts";

/** Small writes of one turn are gathered up to this many bytes, then sent together. */
const GATHER_BYTES = 4 * 1024;

/** How TLS differs from the socket below it. */
export interface SecureLayer {
  /** The socket that carries the encrypted bytes, which alone can be reset, and asked whether its peer is still there. */
  readonly carrier: Socket | undefined;
  /** Says why TLS failed; `undefined` where it has nothing to do with that. @param connected whether the handshake is over */
  explain(error: Error, connected: boolean): RpcError | undefined;
}

export interface SocketDuplexOptions {
  /** Given for TLS sockets, which are connected once the peer's certificate was checked. Nothing is sent before. */
  readonly secure?: SecureLayer;
  /** Why nothing is done that the peer asks for. */
  readonly refusal?: RpcError | undefined;
  /** Milliseconds of silence after which the system asks whether the peer is there. Default: it does not ask. */
  readonly keepalive?: number | undefined;
}

/**
 * A Node socket as a byte stream. Both halves end on their own, so the socket has to be made with `allowHalfOpen`.
 *
 * Writes of the same turn leave together: a peer that sends many small frames pays for one system call, not for each.
 */
export class SocketDuplex implements Duplex {
  readonly peer: Peer;
  readonly refusal: RpcError | undefined;
  onDrain: (() => void) | undefined;
  readonly #socket: Socket;
  readonly #secure: SecureLayer | undefined;
  readonly #care: SocketCare;
  #events: DuplexEvents | undefined;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  /** Chunks to be written once the socket is connected: those that leave one by one, and all that nobody else may read. */
  readonly #early: Uint8Array[] = [];
  /** Whether it waits for the end of the turn to be flushed. */
  #waitsForTurn = false;
  #endRequested = false;
  /** Whether it is heard when the socket has been full. */
  #drains = false;
  #over = false;
  #connected: boolean;

  /** @param connected whether the socket is connected already, as accepted ones are */
  constructor(socket: Socket, peer: Peer, connected: boolean, options: SocketDuplexOptions = {}) {
    const { secure, refusal, keepalive } = options;
    this.#socket = socket;
    this.peer = peer;
    this.refusal = refusal;
    this.#secure = secure;
    this.#connected = connected;
    this.#care = new SocketCare(this.#carrier, keepalive);
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    const socket = this.#socket;
    socket.setNoDelay(true);
    this.#care.begin();
    socket.on("data", (bytes: Buffer) => this.#received(plainBytes(bytes)));
    socket.on("end", () => this.#peerEnded());
    socket.on("finish", () => this.#events?.flushed());
    if (!this.#connected) socket.on(this.#secure === undefined ? "connect" : "secureConnect", () => this.#connect());
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#closed());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  write(chunks: readonly Uint8Array[], apart = false): boolean {
    if (this.#over || this.#endRequested) return true;
    if (apart || this.#waitsForTls) return this.#writeApart(chunks);
    for (const chunk of chunks) {
      this.#gathered.push(chunk);
      this.#gatheredBytes += chunk.length;
    }
    if (this.#gatheredBytes >= GATHER_BYTES) this.#flush();
    else if (!this.#waitsForTurn) {
      this.#waitsForTurn = true;
      SocketDuplex.#flushAfterTurn(this);
    }
    return this.#takesMore;
  }

  end(): void {
    if (this.#over || this.#endRequested) return;
    this.#endRequested = true;
    this.#care.ownEnd();
    // Then it ends as soon as it is connected and these have been written.
    if (this.#early.length > 0 || this.#waitsForTls) return;
    const last = this.#takeGathered();
    const [only] = last;
    if (only !== undefined && last.length === 1) this.#socket.end(only);
    else {
      this.#writeAll(last);
      this.#socket.end();
    }
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events = undefined;
    this.#gathered = [];
    this.#care.end();
    // The failure is reported after this, and its reader wants to know whose call it was.
    void this.peer.address;
    if (!this.#connected) this.#socket.destroy();
    else if (this.#secure !== undefined || this.peer.transport === "tcp") resetSocket(this.#socket, this.#carrier);
    else this.#socket.destroy();
  }

  get #carrier(): Socket {
    return this.#secure?.carrier ?? this.#socket;
  }

  get #waitsForTls(): boolean {
    return this.#secure !== undefined && !this.#connected;
  }

  #writeApart(chunks: readonly Uint8Array[]): boolean {
    if (!this.#connected) {
      // The socket would keep them until it is connected and then send them all at once; TLS ones also to a wrong peer.
      this.#early.push(...chunks);
      return false;
    }
    for (const chunk of chunks) this.#socket.write(chunk);
    return this.#takesMore;
  }

  /**
   * A socket that broke says so in a later turn, and to one that is over it does not matter that it is full. Until it
   * has said it, a producer that never waits has to be held back, or that turn never comes.
   */
  get #takesMore(): boolean {
    const socket = this.#socket;
    if (!this.#drains && socket.writableNeedDrain) {
      this.#drains = true;
      socket.on("drain", () => this.onDrain?.());
    }
    return socket.writable && !socket.writableNeedDrain;
  }

  #connect(): void {
    this.#connected = true;
    if (this.#over || (this.#early.length === 0 && !this.#endRequested)) return;
    if (this.#secure !== undefined) this.#writeAll(this.#early.splice(0));
    else for (const chunk of this.#early.splice(0)) this.#socket.write(chunk);
    if (this.#endRequested) this.#socket.end();
    else if (this.#takesMore) this.onDrain?.();
  }

  #peerEnded(): void {
    if (this.#waitsForTls) {
      this.#fail(new Error("the peer ended the TLS handshake"));
      return;
    }
    this.#events?.end();
    if (!this.#over && !this.#endRequested) this.#care.peerEnded();
  }

  /** Those that have gathered something in this turn; there is one tick for all of them. */
  static #gathering: SocketDuplex[] = [];

  static #flushAfterTurn(duplex: SocketDuplex): void {
    if (SocketDuplex.#gathering.push(duplex) === 1) process.nextTick(SocketDuplex.#flushAll);
  }

  static #flushAll(): void {
    const gathering = SocketDuplex.#gathering;
    SocketDuplex.#gathering = [];
    for (const duplex of gathering) {
      duplex.#waitsForTurn = false;
      duplex.#flush();
    }
  }

  #flush(): void {
    if (!this.#over) this.#writeAll(this.#takeGathered());
  }

  #takeGathered(): Uint8Array[] {
    const chunks = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    return chunks;
  }

  #writeAll(chunks: readonly Uint8Array[]): void {
    const [only] = chunks;
    if (only === undefined) return;
    if (chunks.length === 1) this.#socket.write(only, whenSent(only));
    else {
      this.#socket.cork();
      for (const chunk of chunks) this.#socket.write(chunk, whenSent(chunk));
      this.#socket.uncork();
    }
  }

  #received(bytes: Uint8Array): void {
    // Node reads into memory that it shares with nobody.
    if (isWhole(bytes)) trackMemory(bytes);
    this.#events?.data(bytes);
  }

  /** A close that follows two orderly ends is nothing wrong. */
  #closed(): void {
    this.#care.end();
    if (this.#socket.readableEnded && this.#endRequested) this.#over = true;
    else this.#fail(new Error("the connection was closed"));
  }

  /** Reports the first thing that went wrong. */
  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#care.end();
    this.#events?.error(this.#explain(error));
    this.#events = undefined;
    this.#socket.destroy();
  }

  #explain(error: Error): RpcError {
    if (isRpcError(error)) return error;
    const explained = this.#secure?.explain(error, this.#connected);
    if (explained !== undefined) return explained;
    const where = this.peer.address ?? this.peer.transport;
    const code = "code" in error ? String(error.code) : "";
    if (!this.#connected) {
      const hint = hints[code] ?? "is a server listening there?";
      const reason = code === "" ? "" : ` (${code})`;
      return new RpcError("unavailable", `cannot connect to ${where}${reason}: ${hint}`, {
        started: "no",
        cause: error,
      });
    }
    return new RpcError(
      "unknown",
      `the connection to ${where} broke${code === "" ? "" : ` (${code})`}: the peer failed the call, or was lost`,
      {
        cause: error,
      },
    );
  }
}

/** What the system's codes for a connection that did not come about mean, where they mean something else than usual. */
const hints: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name cannot be resolved",
  EAI_AGAIN: "the host name cannot be resolved at the moment, the name server does not answer",
  EACCES: "this process may not use that socket",
  EPERM: "this process may not use that socket",
  EAGAIN: "too many clients are waiting to be accepted there",
  EMFILE: "this process has too many open files",
};

/** The same bytes without Node's `Buffer` around them, whose views take several times as long to make. */
function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
