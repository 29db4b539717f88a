import { fork } from "node:child_process";
import { once } from "node:events";

/** What a server's process has used up to now. */
export interface ProcessUsage {
  /** Processor time in microseconds, user and system. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Memory of JavaScript's heap and of buffers, in bytes; after a collection where the process has `--expose-gc`. */
  readonly heap: number;
}

/** A server in a process of its own. Disposing ends it. */
export interface ServerProcess extends AsyncDisposable {
  /** What the server passed to {@link announce}: an address or a port. */
  readonly address: string;
  usage(): Promise<ProcessUsage>;
}

/** Starts a module that calls {@link announce}, with this process's flags of Node, and waits until it does. */
export async function startServer(module: string, args: readonly string[] = []): Promise<ServerProcess> {
  const child = fork(module, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const answer = async (): Promise<unknown> => {
    const [message] = await Promise.race([
      once(child, "message"),
      ended.then(([code]) => Promise.reject(new Error(`${module} ended with code ${code}`))),
    ]);
    return message;
  };
  return {
    address: String(await answer()),
    async usage() {
      child.send("usage");
      return (await answer()) as ProcessUsage;
    },
    async [Symbol.asyncDispose]() {
      // A server ends by itself, so that what it records for a profiler is written.
      child.disconnect();
      await ended;
    },
  };
}

/** Called by a server once it can be reached. */
export function announce(address: string): void {
  process.send?.(address);
  process.on("message", async () => process.send?.(await ownUsage()));
  // The client that is gone is not coming back.
  process.on("disconnect", () => process.exit());
}

/** What this process has used. Where it may, it collects garbage first. */
export async function ownUsage(): Promise<ProcessUsage> {
  // Measured before the collection, which is no part of the work.
  const { user, system } = process.cpuUsage();
  await collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpu: user + system, rss, heap: heapUsed + external };
}

/** Several times, as what one collection finds is given back later, by other threads. Needs `--expose-gc`. */
async function collectGarbage(): Promise<void> {
  if (globalThis.gc === undefined) return;
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
