import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { directory, type Person } from "./contract.ts";

const server = createServer();
server.serve(directory, { echo: (person: Person) => person });
announce((await listen(server, "tcp://127.0.0.1:0")).address);
