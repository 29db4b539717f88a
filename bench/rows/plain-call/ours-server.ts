import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { greeter } from "./generated/bench/calls/greeter.ts";

const server = createServer();
server.serve(greeter, { greet: (name) => `Hello, ${name}` });
announce((await listen(server, "wrpc+tcp://127.0.0.1:0")).address);
