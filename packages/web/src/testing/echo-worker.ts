import { parentPort } from "node:worker_threads";
import { createServer } from "@witwire/rpc";
import type { CallContext } from "@witwire/wit/values";
import { acceptPort } from "../ports.ts";
import { echo } from "./echo-contract.ts";

/** A thread that serves its parent. */
const server = createServer({ onFailure: () => {} });
server.serve(echo, {
  bytes: (v: unknown) => v,
  wait: ({ signal }: CallContext) => new Promise((resolve) => signal.addEventListener("abort", () => resolve("done"))),
});
if (parentPort !== null) acceptPort(server, parentPort);
