import { fork } from "node:child_process";
import { once } from "node:events";

/** A server in a process of its own. Disposing ends it. */
export interface ServerProcess extends AsyncDisposable {
  /** What the server passed to {@link announce}: an address or a port. */
  readonly address: string;
}

/** Starts a module that calls {@link announce}, and waits until it does. */
export async function startServer(module: string, args: readonly string[] = []): Promise<ServerProcess> {
  const child = fork(module, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const first = await Promise.race([
    once(child, "message"),
    ended.then(([code]) => Promise.reject(new Error(`${module} ended with code ${code}`))),
  ]);
  return {
    address: String(first[0]),
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

/** Called by a server once it can be reached. */
export function announce(address: string): void {
  process.send?.(address);
  // The client that is gone is not coming back.
  process.on("disconnect", () => process.exit());
}
