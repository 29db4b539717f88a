import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import type { CapturedConnection } from "./capture-file.ts";

/** Passes connections on to another TCP server and keeps what went through. */
export interface RecordingProxy extends AsyncDisposable {
  /** Where it listens, `tcp://host:port`. */
  readonly address: string;
  /** What went through since the last time, once all connections have ended. */
  take(): Promise<CapturedConnection[]>;
}

interface Recording {
  readonly request: Buffer[];
  readonly response: Buffer[];
  readonly closed: Promise<unknown>;
}

/** @param target `tcp://[host]:port` */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const host = hostname.replace(/^\[|\]$/g, "");
  let recordings: Recording[] = [];
  const clients = new Set<Socket>();
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client.once("close", () => clients.delete(client)));
    const server = createConnection({ host, port: Number(port), allowHalfOpen: true });
    const closed = Promise.all([untilClosed(client), untilClosed(server)]);
    recordings.push({ request: forward(client, server), response: forward(server, client), closed });
  });
  proxy.listen(0, "::1");
  await once(proxy, "listening");
  return {
    address: `tcp://[::1]:${(proxy.address() as AddressInfo).port}`,
    async take() {
      await Promise.all(recordings.map(({ closed }) => closed));
      const taken = recordings;
      recordings = [];
      return taken.map(({ request, response }) => ({ request: hex(request), response: hex(response) }));
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      for (const client of clients) client.destroy();
      await once(proxy, "close");
    },
  };
}

/** Unlike `once`, which rejects when the socket breaks: that is an end as well. */
function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function hex(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("hex");
}

/** Copies bytes, their end, and a broken connection. @returns the bytes, as they come */
function forward(from: Socket, to: Socket): Buffer[] {
  const chunks: Buffer[] = [];
  from.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    to.write(chunk);
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  return chunks;
}
