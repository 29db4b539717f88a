/** Answers every connection that sends the request and ends, with the response and an end. */
import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../server-process.ts";
import { request, response } from "./payload.ts";

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  let received = 0;
  socket.on("data", (bytes) => {
    received += bytes.length;
  });
  socket.on("end", () => {
    if (received === request.length) socket.end(response);
    else socket.destroy();
  });
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
