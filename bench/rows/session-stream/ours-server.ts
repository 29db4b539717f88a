import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { pipes } from "./generated/bench/streams/pipes.ts";
import { holdHeap } from "./large-heap.ts";

holdHeap();
const server = createServer();
server.serve(pipes, { bytes: (v) => v, numbers: (v) => v });
announce((await listen(server, "tcp://127.0.0.1:0")).address);
