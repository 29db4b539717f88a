import { createServer, type Server } from "@witwire/rpc";
import { directory, type Person } from "../session-call/contract.ts";
import { pipes } from "../session-stream/contract.ts";

/** What is called over every transport: records and bytes come back as they were sent. */
export function createEchoServer(): Server {
  const server = createServer();
  server.serve(directory, { echo: (person: Person) => person });
  server.serve(pipes, { bytes: (v: unknown) => v, numbers: (v: unknown) => v });
  return server;
}
