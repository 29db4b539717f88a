import { serveComponent } from "@witwire/host";
import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { serverGuest } from "./guests.ts";

const server = createServer();
serveComponent(await serverGuest(), server, { reuse: Number.POSITIVE_INFINITY });
announce((await listen(server, "tcp://127.0.0.1:0")).address);
