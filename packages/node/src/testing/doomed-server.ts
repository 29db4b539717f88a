import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { listen } from "../listen.ts";
import { doomed, doomedWit } from "./doomed-wit.ts";

/** A process that serves until it is killed, and tells its parent where. */
const server = createServer();
server.serve(findInterface(parseWit(doomedWit), "doomed"), doomed);
const listener = await listen(server, process.argv[2] ?? "wrpc+tcp://[::1]:0");
console.log(listener.address);
