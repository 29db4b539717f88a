/** JSON with lengths over a bare socket. A message with an array asks for a stream: how many records, or chunks of bytes. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { announce } from "../../../server-process.ts";
import { MessageSender, receiveMessages } from "../../session-call/floor-protocol.ts";
import { chunks, people } from "../streamed.ts";

const server = createServer({ noDelay: true }, (socket) => {
  const sender = new MessageSender(socket);
  receiveMessages(socket, (id, value) => {
    if (Array.isArray(value)) void stream(socket, sender, id, value[0], value[1]);
    else sender.send(id, value);
  });
  socket.on("error", () => socket.destroy());
});

async function stream(socket: Socket, sender: MessageSender, id: number, kind: string, count: number): Promise<void> {
  if (kind === "people") {
    for (const person of people(count)) {
      sender.send(id, person);
      if (person.id % 100 === 99) await new Promise(setImmediate);
      if (socket.writableNeedDrain) await once(socket, "drain");
    }
    sender.send(id, null);
  } else {
    for (const chunk of chunks(count)) if (!socket.write(chunk)) await once(socket, "drain");
  }
}

server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
