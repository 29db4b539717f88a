import { readFileSync } from "node:fs";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { doomed, doomedWit } from "../../../node/src/testing/doomed-wit.ts";
import { listenQuic } from "../listen.ts";

/** A process that serves until it is killed, and tells its parent where. Certificate and key come on standard input. */
const tls = JSON.parse(readFileSync(0, "utf8")) as { cert: string; key: string };
const server = createServer();
server.serve(findInterface(parseWit(doomedWit), "doomed"), doomed);
const listener = await listenQuic(server, process.argv[2] ?? "", { tls });
console.log(listener.address);
