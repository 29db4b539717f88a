/** Messages over a bare socket: length, number of the call, JSON; what is written in one turn leaves together. */
import type { Socket } from "node:net";

const HEAD = 8;

/** Sends messages of a turn in one write. */
export class MessageSender {
  readonly #socket: Socket;
  #messages: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(id: number, value: unknown): void {
    const text = JSON.stringify(value);
    const length = Buffer.byteLength(text);
    const message = Buffer.allocUnsafe(HEAD + length);
    message.writeUInt32LE(length, 0);
    message.writeUInt32LE(id, 4);
    message.write(text, HEAD, "utf8");
    if (this.#messages.length === 0) process.nextTick(() => this.#flush());
    this.#messages.push(message);
  }

  #flush(): void {
    const messages = this.#messages;
    this.#messages = [];
    this.#socket.write(messages.length === 1 ? (messages[0] as Buffer) : Buffer.concat(messages));
  }
}

/** Calls back with every message that has arrived. */
export function receiveMessages(socket: Socket, onMessage: (id: number, value: unknown) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (received) => {
    const bytes = rest.length === 0 ? received : Buffer.concat([rest, received]);
    let at = 0;
    while (bytes.length - at >= HEAD) {
      const end = at + HEAD + bytes.readUInt32LE(at);
      if (end > bytes.length) break;
      onMessage(bytes.readUInt32LE(at + 4), JSON.parse(bytes.toString("utf8", at + HEAD, end)));
      at = end;
    }
    rest = bytes.subarray(at);
  });
}
