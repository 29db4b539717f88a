import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { listen } from "../listen.ts";
import { doomedWit } from "./doomed-wit.ts";
import { vaultWit } from "./vault-wit.ts";

/** What the process answers when it is asked. */
export interface Report {
  readonly address: string;
  /**
   * Memory in use after a garbage collection, in bytes: heap and buffers. What the allocator keeps for later is not in it,
   * since that depends on the machine.
   */
  readonly memory: number;
  readonly calls: number;
  /** Resources in the hands of peers, and those of peers that are held. */
  readonly handles: number;
  /** Codes of the calls and connections that failed since the last report, and how often. */
  readonly failures: Record<string, number>;
}

/** A process that serves, and reports to its parent whenever that sends something. */
let failures: Record<string, number> = {};
const server = createServer({
  onFailure: ({ error }) => {
    failures[error.code] = (failures[error.code] ?? 0) + 1;
  },
});
server.serve(findInterface(parseWit(doomedWit), "doomed"), {
  ping: () => "pong",
  wait: ({ signal }: CallContext) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  echo: (v: unknown) => v,
  endless: async function* () {
    for (;;) yield new Uint8Array(16_384);
  },
});
class Coin {}
server.serve(findInterface(parseWit(vaultWit), "vault"), { Coin, mint: () => new Coin() });
const { address } = await listen(server, "tcp://[::1]:0");
process.on("message", async () => {
  // What the first one finds is given back by another thread.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  const { calls, handles } = server.stats();
  const report: Report = { address, memory: heapUsed + external, calls, handles, failures };
  failures = {};
  process.send?.(report);
});
process.on("disconnect", () => process.exit());
