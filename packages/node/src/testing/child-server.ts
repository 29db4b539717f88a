import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { listenParent, serveStdio } from "../process/serve-parent.ts";
import { doomedWit } from "./doomed-wit.ts";

/** A child that serves its parent, prints while it does, and has a will of its own if it is told so. */
const [channel, habit] = process.argv.slice(2);
const server = createServer();
server.serve(findInterface(parseWit(doomedWit), "doomed"), {
  ping: () => {
    console.log("pinged: \0\x01 this is no frame");
    process.stdout.write("neither is this\n");
    return `pong ${process.pid}`;
  },
  wait: () => {
    if (habit === "dies") {
      console.error("out of luck");
      process.exit(3);
    }
    return new Promise(() => {});
  },
  echo: (v: unknown) => v,
  endless: async function* () {
    for (;;) yield new Uint8Array(16_384);
  },
});
if (channel === "stdio") serveStdio(server, { exit: habit !== "stays" });
else listenParent(server, { exit: habit !== "stays" });
if (habit === "stays") {
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1000);
}
