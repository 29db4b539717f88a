import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ran } from "./run-with.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** How to start `witwire` in a process of its own, as the words of a shell. */
export const witwireCommand: readonly [string, string] = [process.execPath, main];

/** Runs a command line to its end, in a process of its own. */
export async function runProcess(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, error] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    error += text.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, out, error };
}

/** `witwire serve` in a process of its own, until it is left. */
export class ServingProcess implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  /** @returns once it listens at so many addresses */
  static async start(addresses: number, ...args: string[]): Promise<ServingProcess> {
    const serving = new ServingProcess(args);
    const ready = Promise.withResolvers<void>();
    serving.#child.stderr?.on("data", (text: Buffer) => {
      serving.lines.push(...text.toString().trimEnd().split("\n"));
      if (serving.addresses.length >= addresses) ready.resolve();
    });
    serving.#child.once("close", (code) => {
      ready.reject(new Error(`it ended with code ${code}: ${serving.lines.join("\n")}`));
    });
    await ready.promise;
    return serving;
  }

  private constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [main, "serve", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  }

  /** Where it listens, in the order in which it was told. */
  get addresses(): string[] {
    return this.lines.flatMap((line) => /^listening on (\S+)/.exec(line)?.[1] ?? []);
  }

  /** Interrupts it. @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGINT");
      await once(this.#child, "close");
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
