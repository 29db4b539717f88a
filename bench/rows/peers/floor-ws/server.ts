/** JSON over a bare WebSocket: `[call, value]`. Streams are asked for by `{ people }` or `{ bytes }` instead of a record. */
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { announce } from "../../../server-process.ts";
import { chunks, people } from "../streamed.ts";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (message) => {
    const [id, value] = JSON.parse(String(message));
    if (value.people !== undefined) void streamPeople(socket, id, value.people);
    else if (value.bytes !== undefined) void streamBytes(socket, value.bytes);
    else socket.send(JSON.stringify([id, value]));
  });
});
server.on("listening", () => announce(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));

async function streamPeople(socket: WebSocket, id: number, count: number): Promise<void> {
  for (const person of people(count)) {
    const message = JSON.stringify([id, person]);
    // One in a hundred waits until it has left, so that not all of them are kept in memory.
    if (person.id % 100 === 99) await sent(socket, message);
    else socket.send(message);
  }
  socket.send(JSON.stringify([id, null]));
}

async function streamBytes(socket: WebSocket, count: number): Promise<void> {
  for (const chunk of chunks(count)) await sent(socket, chunk);
}

function sent(socket: WebSocket, message: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.send(message, () => resolve()));
}
