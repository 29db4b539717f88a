/** The least that Node can do for a call over a connection of its own: connect, write and end, read, compare, close. */
import { createConnection } from "node:net";
import { join } from "node:path";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { loopOptions } from "./loop-options.ts";
import { request, response } from "./payload.ts";

await using server = await startServer(join(import.meta.dirname, "floor-server.ts"));
const target = { host: "127.0.0.1", port: Number(server.address), allowHalfOpen: true, noDelay: true };
printResult(await closedLoop(call, loopOptions()));

function call(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(target);
    const received: Buffer[] = [];
    socket.on("data", (bytes) => received.push(bytes));
    socket.on("end", () => {
      const [only] = received;
      const answer = received.length === 1 && only !== undefined ? only : Buffer.concat(received);
      if (answer.equals(response)) resolve();
      else reject(new Error(`the answer was ${answer.toString("hex")}`));
    });
    socket.on("error", reject);
    socket.end(request);
  });
}
