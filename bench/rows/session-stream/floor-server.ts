import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../server-process.ts";

const server = createServer({ noDelay: true }, (socket) => {
  socket.pipe(socket);
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
