import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { ByteStream } from "@witwire/rpc/compliance";
import type { Certificate } from "../../../node/src/testing/certificate.ts";
import { loadQuiche, type QuicheConfig, type QuicheConnection } from "../quiche.ts";

/** The code with which these peers break a stream off. */
const BROKEN = 77;

/** Peers that are played by hand: quiche with nothing of ours around it, everything looked at after every event. */
async function configure(pair?: Certificate): Promise<QuicheConfig> {
  const quiche = await loadQuiche();
  const pem = (text: string): Uint8Array => Buffer.from(text);
  const config = quiche.Config.withBoringSslCtx(
    false,
    false,
    null,
    pair === undefined ? null : [pem(pair.key)],
    pair === undefined ? null : [pem(pair.cert)],
    null,
  );
  config.setApplicationProtos(["wrpc", "witwire"]);
  config.setInitialMaxData(1 << 28);
  config.setInitialMaxStreamDataBidiLocal(1 << 18);
  config.setInitialMaxStreamDataBidiRemote(1 << 18);
  config.setInitialMaxStreamsBidi(10_000);
  return config;
}

/** Listens on the loopback interface; every stream of every connection is handed over. */
export async function listenRaw(
  pair: Certificate,
  onStream: (stream: ByteStream) => void,
): Promise<{ readonly port: number; close(): void }> {
  const quiche = await loadQuiche();
  const config = await configure(pair);
  const socket = createSocket("udp6");
  socket.bind(0, "::1");
  await once(socket, "listening");
  const { port } = socket.address();
  // Every client has a port of its own.
  const connections = new Map<number, RawConnection>();
  socket.on("message", (datagram, from) => {
    let connection = connections.get(from.port);
    if (connection === undefined || connection.native.isClosed() || connection.native.isDraining()) {
      const remote = { host: "::1", port: from.port };
      const native = quiche.Connection.accept(randomBytes(20), null, { host: "::1", port }, remote, config);
      connection?.close();
      connection = new RawConnection(native, socket, from.port, onStream);
      connections.set(from.port, connection);
    }
    connection.receive(datagram);
  });
  const close = (): void => {
    for (const connection of connections.values()) connection.close();
    socket.close();
  };
  return { port, close };
}

/** Opens a stream on a connection of its own. @returns the stream, and what ends the connection */
export function dialRaw(port: number): { readonly stream: ByteStream; close(): void } {
  const stream = new RawStream();
  const socket = createSocket("udp6");
  let connection: RawConnection | undefined;
  const dial = async (): Promise<void> => {
    const quiche = await loadQuiche();
    const config = await configure();
    socket.bind(0, "::1");
    await once(socket, "listening");
    const local = { host: "::1", port: socket.address().port };
    const native = quiche.Connection.connect("localhost", randomBytes(20), local, { host: "::1", port }, config);
    connection = new RawConnection(native, socket, port, () => {});
    connection.add(0, stream);
    socket.on("message", (datagram) => connection?.receive(datagram));
    connection.settle();
  };
  void dial();
  const close = (): void => {
    connection?.close();
    socket.close();
  };
  return { stream, close };
}

class RawConnection {
  readonly native: QuicheConnection;
  readonly #socket: Socket;
  readonly #remotePort: number;
  readonly #onStream: (stream: ByteStream) => void;
  readonly #streams = new Map<number, RawStream>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(native: QuicheConnection, socket: Socket, remotePort: number, onStream: (stream: ByteStream) => void) {
    this.native = native;
    this.#socket = socket;
    this.#remotePort = remotePort;
    this.#onStream = onStream;
  }

  add(id: number, stream: RawStream): void {
    this.#streams.set(id, stream);
    stream.attach(this, id);
  }

  receive(datagram: Uint8Array): void {
    const { port } = this.#socket.address();
    try {
      this.native.recv(datagram, { from: { host: "::1", port: this.#remotePort }, to: { host: "::1", port } });
    } catch {
      // Not of this connection.
    }
    this.settle();
  }

  /** Reads and writes whatever there is to read and write. */
  settle(): void {
    if (this.#closed) return;
    if (this.native.isEstablished()) {
      for (const id of this.native.readable()) {
        if (!this.#streams.has(id)) {
          const stream = new RawStream();
          this.add(id, stream);
          this.#onStream(stream);
        }
      }
      for (const stream of this.#streams.values()) stream.settle(this.native);
    }
    const gone = this.native.isClosed() || this.native.isDraining();
    for (const stream of this.#streams.values()) if (gone) stream.break(new Error("the connection is gone"));
    for (;;) {
      const out = Buffer.alloc(1350);
      const sent = this.native.send(out);
      if (sent === null) break;
      this.#socket.send(out.subarray(0, sent[0]), this.#remotePort, "::1");
    }
    clearTimeout(this.#timer);
    const wait = this.native.timeout();
    if (wait !== null) this.#timer = setTimeout(() => this.#tick(), Math.max(wait, 1)).unref();
  }

  close(): void {
    if (this.#closed) return;
    if (!this.native.isClosed() && !this.native.isDraining()) this.native.close(true, 0, new Uint8Array(0));
    this.settle();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #tick(): void {
    if (this.#closed) return;
    this.native.onTimeout();
    this.settle();
  }
}

class RawStream implements ByteStream {
  #connection: RawConnection | undefined;
  #id = -1;
  #events: Parameters<ByteStream["start"]>[0] | undefined;
  #queue: Uint8Array[] = [];
  #paused = false;
  #ending = false;
  #ended = false;
  #aborting = false;
  #received = false;
  #over = false;
  #settling = false;

  attach(connection: RawConnection, id: number): void {
    this.#connection = connection;
    this.#id = id;
  }

  start(events: Parameters<ByteStream["start"]>[0]): void {
    this.#events = events;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#settleSoon();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    this.#queue.push(...chunks.map((chunk) => chunk.slice()));
    this.#settleSoon();
    return this.#queue.reduce((sum, { length }) => sum + length, 0) < 65_536;
  }

  end(): void {
    this.#ending = true;
    this.#settleSoon();
  }

  /** A reset overtakes what was sent just before it, and peers may drop what they have not read. */
  abort(): void {
    setTimeout(() => {
      this.#aborting = true;
      this.#settleSoon();
    }, 5);
  }

  break(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#events?.error(error);
  }

  settle(native: QuicheConnection): void {
    if (this.#over) return;
    try {
      this.#read(native);
      this.#write(native);
      if (this.#aborting) {
        this.#over = true;
        if (this.#queue.length > 0) native.streamSend(this.#id, Buffer.concat(this.#queue), false);
        for (const direction of [0, 1]) native.streamShutdown(this.#id, direction, BROKEN);
      }
    } catch (error) {
      if (/^Stream(Reset|Stopped)/.test((error as Error).message)) {
        for (const direction of [0, 1]) native.streamShutdown(this.#id, direction, BROKEN);
        this.break(error as Error);
      } else if (!/^InvalidStreamState/.test((error as Error).message)) throw error;
    }
  }

  #read(native: QuicheConnection): void {
    const into = new Uint8Array(65_536);
    while (!this.#paused && !this.#received && native.streamReadable(this.#id)) {
      const got = native.streamRecv(this.#id, into);
      if (got === null) return;
      if (got[0] > 0) this.#events?.data(into.slice(0, got[0]));
      this.#received = got[1];
      if (this.#received) this.#events?.end();
    }
  }

  #write(native: QuicheConnection): void {
    if (this.#queue.length > 0) {
      const all = Buffer.concat(this.#queue);
      const sent = native.streamSend(this.#id, all, false) ?? 0;
      this.#queue = sent < all.length ? [all.subarray(sent)] : [];
    }
    if (this.#ending && !this.#ended && this.#queue.length === 0) {
      this.#ended = true;
      native.streamSend(this.#id, new Uint8Array(0), true);
    }
    // Throws where the peer has asked for no more.
    if (native.streamWritable(this.#id, 0)) native.streamCapacity(this.#id);
  }

  #settleSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    setImmediate(() => {
      this.#settling = false;
      this.#connection?.settle();
    });
  }
}
