import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { Stream } from "@witwire/wit/values";
import { announce } from "../../../server-process.ts";
import type { Person } from "../../session-call/contract.ts";
import { chunks, people } from "../streamed.ts";
import { directory } from "./contract.ts";

const server = createServer();
server.serve(directory, {
  echo: (person: Person) => person,
  people: (count: number) => people(count),
  bytes: (count: number) => Stream.fromChunks(chunks(count)),
});
announce((await listen(server, "tcp://127.0.0.1:0")).address);
