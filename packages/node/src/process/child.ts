import type { ChildProcess, StdioOptions } from "node:child_process";
import { Socket } from "node:net";
import { type Duplex, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { builtIns } from "../built-ins.ts";
import { SocketDuplex } from "../socket-duplex.ts";
import { StreamDuplex } from "./stream-duplex.ts";

/** How a process is started, and let go of. */
export interface ChildOptions {
  /** Its working directory. Default: this process's. */
  readonly cwd?: string | URL;
  /** All of its environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Where its calls go: `descriptor` is a descriptor of its own, number 3, so that whatever it prints is only printed;
   * `stdio` is its standard input and output. Default `descriptor`.
   */
  readonly channel?: "descriptor" | "stdio";
  /** Milliseconds for it to end by itself before it is sent SIGTERM, and as many until SIGKILL. Default 5,000. */
  readonly grace?: number;
  /** Takes what it prints to standard error. Default: it goes to this process's. */
  readonly onStderr?: (bytes: Uint8Array) => void;
}

/** The variable that tells a child on which descriptor its parent calls. */
export const CHANNEL_VARIABLE = "WITWIRE_FD";

const CHANNEL = 3;
const DEFAULT_GRACE = 5000;
/** Bytes at the end of standard error that are kept for error messages. */
const TAIL_BYTES = 2048;
/** Milliseconds from the end of a process until what it printed last has to be there. */
const LAST_WORDS = 200;

/** A process that this one has started to call it. */
export class Child {
  /** Resolves once it has ended, or could not be started. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #grace: number;
  #tail = "";
  #outcome: string | undefined;
  #startFailure: RpcError | undefined;
  #stopping: NodeJS.Timeout | undefined;

  constructor(command: string, args: readonly string[], options: ChildOptions) {
    const { cwd, env = process.env, channel = "descriptor", grace = DEFAULT_GRACE } = options;
    this.#name = command;
    this.#grace = grace;
    // What a child prints is no output of this process.
    const stdio: StdioOptions = channel === "stdio" ? ["pipe", "pipe", "pipe"] : ["ignore", 2, "pipe", "pipe"];
    const variables = channel === "stdio" ? env : { ...env, [CHANNEL_VARIABLE]: String(CHANNEL) };
    this.#process = builtIns.childProcess.spawn(command, args, {
      stdio,
      env: variables,
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#process.stderr?.on("data", (bytes: Buffer) => {
      this.#tail = (this.#tail + bytes.toString("latin1")).slice(-TAIL_BYTES);
      if (options.onStderr === undefined) process.stderr.write(bytes);
      else options.onStderr(bytes);
    });
    this.ended = this.#watch();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The byte stream to it. */
  channel(): Duplex {
    const { stdin, stdout, stdio, pid } = this.#process;
    const peer: Peer = { transport: "process", address: `${this.#name}${pid === undefined ? "" : ` (pid ${pid})`}` };
    const own = stdio[CHANNEL];
    if (own instanceof Socket) {
      own.allowHalfOpen = true;
      return new SocketDuplex(own, peer, true);
    }
    if (stdin === null || stdout === null) throw new TypeError("the process was started without streams");
    return new StreamDuplex(stdout, stdin, peer);
  }

  /** Lets it end by itself, and makes it end when it does not. @param grace milliseconds */
  stop(grace: number = this.#grace): void {
    if (this.#outcome !== undefined) return;
    clearTimeout(this.#stopping);
    this.#stopping = setTimeout(() => {
      this.#process.kill("SIGTERM");
      this.#stopping = setTimeout(() => this.#process.kill("SIGKILL"), this.#grace);
    }, grace);
  }

  /** Why it cannot be called any more; `undefined` while it runs. @param started whether a call may have reached it */
  failure(started: "no" | "maybe"): RpcError | undefined {
    if (this.#startFailure !== undefined) return this.#startFailure;
    if (this.#outcome === undefined) return undefined;
    const lines = Buffer.from(this.#tail, "latin1").toString().trim().split("\n").slice(-10).join("\n");
    const words = lines === "" ? "; it said nothing on standard error" : `; last on its standard error:\n${lines}`;
    return new RpcError("unavailable", `the process ${this.#name} ended ${this.#outcome}${words}`, { started });
  }

  #watch(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#process.once("error", (error: NodeJS.ErrnoException) => {
      if (this.#process.pid !== undefined) return;
      const text = `cannot start the process ${this.#name}: ${reasons[error.code ?? ""] ?? error.message}`;
      this.#startFailure = new RpcError("unavailable", text, { started: "no", retryable: false, cause: error });
      this.#outcome = "before it began";
      resolve();
    });
    this.#process.once("exit", (code, signal) => {
      this.#outcome = signal === null ? `with exit code ${code}` : `by ${signal}`;
      clearTimeout(this.#stopping);
      const timer = setTimeout(resolve, LAST_WORDS);
      this.#process.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return promise;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program, or no such working directory (ENOENT)",
  EACCES: "this process may not execute it (EACCES)",
};
