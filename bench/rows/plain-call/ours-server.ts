import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { greeter } from "./contract.ts";

const server = createServer();
server.serve(greeter, { greet: (name: string) => `Hello, ${name}` });
announce((await listen(server, "wrpc+tcp://127.0.0.1:0")).address);
