import { createServer, type FailedCall, type Limits, type Server } from "@witwire/rpc";
import type { CallContext } from "@witwire/wit/values";
import { echo } from "./echo-contract.ts";

export interface EchoServer {
  readonly server: Server;
  readonly failures: FailedCall[];
  /** The context of the last call. */
  readonly contexts: CallContext[];
}

/** A server of {@link echo}. */
export function echoServer(limits: Partial<Limits> = {}): EchoServer {
  const failures: FailedCall[] = [];
  const contexts: CallContext[] = [];
  const server = createServer({ limits, onFailure: (failure) => failures.push(failure) });
  server.serve(echo, {
    ping: (context: CallContext) => {
      contexts.push(context);
      return "pong";
    },
    nothing: () => {},
    wait: ({ signal }: CallContext) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    bytes: (v: unknown) => v,
    endless: async function* () {
      for (;;) yield new Uint8Array(16_384);
    },
  });
  return { server, failures, contexts };
}

/** Waits until something is true. */
export async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
