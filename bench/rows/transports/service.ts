import { createServer, type Server } from "@witwire/rpc";
import { directory } from "../session-call/generated/bench/session/directory.ts";
import { pipes } from "../session-stream/generated/bench/streams/pipes.ts";

/** What is called over every transport: records and bytes come back as they were sent. */
export function createEchoServer(): Server {
  const server = createServer();
  server.serve(directory, { echo: (person) => person });
  server.serve(pipes, { bytes: (v) => v, numbers: (v) => v });
  return server;
}
