import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ServerStats } from "@witwire/rpc";
import type { Memory } from "./memory.ts";

/** What a server answers when it is asked how it is. */
export interface Report {
  readonly memory: Memory;
  readonly stats: ServerStats;
  /** Calls that failed so far. */
  readonly failures: number;
}

/** A server in another process, which can be killed and started again in the same place. */
export class SoakServer implements AsyncDisposable {
  /** Where it listens, in the order of what was asked for. */
  readonly addresses: readonly string[];
  #child: ChildProcess;

  private constructor(child: ChildProcess, addresses: readonly string[]) {
    this.#child = child;
    this.addresses = addresses;
  }

  /** @param addresses where it shall listen; a port of 0 picks a free one */
  static async start(addresses: readonly string[]): Promise<SoakServer> {
    const child = spawn(addresses);
    return new SoakServer(child, (await answer(child)) as string[]);
  }

  /** @param rounds of garbage collection in front */
  async report(rounds: number): Promise<Report> {
    this.#child.send(rounds);
    return (await answer(this.#child)) as Report;
  }

  /** Kills the process, so that it closes nothing, and starts another one at the same addresses. */
  async killAndRestart(pause: number): Promise<void> {
    await this[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, pause));
    this.#child = spawn(this.addresses);
    await answer(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

function spawn(addresses: readonly string[]): ChildProcess {
  const stdio = ["ignore", "inherit", "inherit", "ipc"] as const;
  return fork(join(import.meta.dirname, "server.ts"), addresses, { stdio: [...stdio], execArgv: ["--expose-gc"] });
}

async function answer(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, "exit", { signal }).then(([code, by]) => {
    throw new Error(`the server ended with ${by ?? `code ${code}`}`);
  });
  try {
    const [message] = (await Promise.race([once(child, "message", { signal }), ended])) as [unknown];
    return message;
  } finally {
    ended.catch(() => {});
    settled.abort();
  }
}
