/** `server.ts <fresh|reuse>`: the component that greets. */
import { serveComponent } from "@witwire/host";
import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { serverGuest } from "./guests.ts";
import { reuseOf } from "./reuse.ts";

const server = createServer();
serveComponent(await serverGuest(), server, { reuse: reuseOf(process.argv[2]) });
announce((await listen(server, "wrpc+tcp://127.0.0.1:0")).address);
