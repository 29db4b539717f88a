import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { directory } from "./generated/bench/session/directory.ts";

const server = createServer();
server.serve(directory, { echo: (person) => person });
announce((await listen(server, "tcp://127.0.0.1:0")).address);
