import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../server-process.ts";
import { holdHeap } from "./large-heap.ts";

holdHeap();
const server = createServer({ noDelay: true }, (socket) => {
  socket.pipe(socket);
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
