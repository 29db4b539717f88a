import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { listen } from "../listen.ts";
import { doomedWit } from "./doomed-wit.ts";

/** A process that serves until it is killed, and tells its parent where. */
const server = createServer();
server.serve(findInterface(parseWit(doomedWit), "doomed"), {
  ping: () => "pong",
  wait: () => new Promise(() => {}),
  echo: (v: unknown) => v,
  endless: async function* () {
    for (;;) yield new Uint8Array(16_384);
  },
});
const listener = await listen(server, process.argv[2] ?? "wrpc+tcp://[::1]:0");
console.log(listener.address);
