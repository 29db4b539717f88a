/** Asks wit-parser about WIT, through a child process that is started again whenever a question made it panic. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What to read, and which world of it. */
export type Question = { readonly world: string; readonly features: readonly string[] } & (
  | { readonly text: string }
  | { readonly folder: string }
);

/**
 * `ok`: the world in its binary form, and after a round trip through it as WIT files. `parse`: wit-parser refuses the text or
 * finds no such world. `encode`: the text is fine for wit-parser, but its binary form is not valid.
 */
export type Answer =
  | {
      readonly tag: "ok";
      readonly files: readonly (readonly [path: string, text: string])[];
      /** The binary form in base64. */
      readonly binary: string;
    }
  | { readonly tag: "parse" | "encode"; readonly message: string };

export class WitParser implements AsyncDisposable {
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  /** Answers one question; ask the next when this is done. */
  async ask(question: Question): Promise<Answer> {
    const { child, lines } = this.#start();
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await lines.next();
    if (answer.done !== true) return JSON.parse(answer.value) as Answer;
    this.#stop();
    return { tag: "parse", message: "the child process ended without an answer" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
  }

  #start(): { child: ChildProcessByStdio<Writable, Readable, null>; lines: AsyncIterator<string> } {
    if (this.#child === undefined || this.#lines === undefined || this.#child.exitCode !== null) {
      this.#stop();
      const script = fileURLToPath(new URL("./wit-parser-child.ts", import.meta.url));
      this.#child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
      this.#child.stdin.on("error", () => {});
      this.#reader = createInterface({ input: this.#child.stdout });
      this.#lines = this.#reader[Symbol.asyncIterator]();
    }
    return { child: this.#child, lines: this.#lines };
  }

  #stop(): void {
    this.#child?.stdin.end();
    this.#reader?.close();
    this.#child = undefined;
    this.#lines = undefined;
    this.#reader = undefined;
  }
}
