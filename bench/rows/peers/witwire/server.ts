import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { Stream } from "@witwire/wit/values";
import { announce } from "../../../server-process.ts";
import { chunks, people } from "../streamed.ts";
import { directory } from "./generated/bench/peers/directory.ts";

const server = createServer();
server.serve(directory, {
  echo: (person) => person,
  people: (count) => people(count),
  bytes: (count) => Stream.fromChunks(chunks(count), { transfer: true }),
});
announce((await listen(server, "tcp://127.0.0.1:0")).address);
