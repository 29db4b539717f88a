/** A server in a process of its own that drains when it is asked to end. Says its address, then each call that it ran. */
import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { listen } from "../listen.ts";
import { drainWit } from "./drain-wit.ts";

const server = createServer();
server.serve(findInterface(parseWit(drainWit), "work"), {
  run: async (id: number) => {
    console.log(id);
    await sleep(id % 4);
    return id;
  },
});
const listener = await listen(server, process.argv[2] ?? "");
console.log(listener.address);
process.once("SIGTERM", async () => {
  await listener.close();
  await server.drain();
});
