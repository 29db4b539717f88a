/** Accepts connections and does nothing with them. */
import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../server-process.ts";

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on("data", () => {}).on("error", () => socket.destroy());
});
const options = { host: "127.0.0.1", port: 0, backlog: 4096 };
server.listen(options, () => announce(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`));
