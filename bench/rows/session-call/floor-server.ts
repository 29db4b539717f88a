import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../server-process.ts";
import { MessageSender, receiveMessages } from "./floor-protocol.ts";

const server = createServer({ noDelay: true }, (socket) => {
  const sender = new MessageSender(socket);
  receiveMessages(socket, (id, value) => sender.send(id, value));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
