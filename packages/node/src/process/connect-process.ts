import type { ChildProcess } from "node:child_process";
import {
  createSessionTransport,
  type Duplex,
  type Invocation,
  type OpenRequest,
  RpcError,
  type SessionState,
  type SessionTransport,
  type SessionTransportOptions,
  type TransportStats,
} from "@witwire/rpc";
import { Child, type ChildOptions } from "./child.ts";
import { ChildDuplex } from "./child-duplex.ts";
import { FailedDuplex } from "./failed-duplex.ts";
import { StreamDuplex } from "./stream-duplex.ts";

export interface ConnectProcessOptions extends SessionTransportOptions, ChildOptions {
  /** Whether a call that finds the process ended starts it again. Default `false`: the call fails. */
  readonly restart?: boolean;
}

/** A transport to a process of its own. */
export interface ProcessTransport extends SessionTransport {
  /** The process that runs now, or ran last; `undefined` before the first call. */
  readonly pid: number | undefined;
  /** Lets running calls end, then the process, which is gone when this resolves. With `force` both are ended at once. */
  close(options?: { readonly force?: boolean }): Promise<void>;
}

/**
 * A session with a process that is started with the first call, and ends with the transport, or with this process. The
 * program has to call `listenParent`, or `serveStdio` where the channel is `stdio`. No shell is involved.
 *
 * When it dies, calls fail with `unavailable`, its exit code and the last that it wrote to standard error.
 */
export function connectProcess(
  command: string,
  args: readonly string[] = [],
  options: ConnectProcessOptions = {},
): ProcessTransport {
  return new ProcessSession(command, args, options);
}

class ProcessSession implements ProcessTransport {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: ConnectProcessOptions;
  readonly #inner: SessionTransport;
  /** Those that have not ended. */
  readonly #running = new Set<Child>();
  #latest: Child | undefined;

  constructor(command: string, args: readonly string[], options: ConnectProcessOptions) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
    this.#inner = createSessionTransport(() => this.#dial(), options);
  }

  get pid(): number | undefined {
    return this.#latest?.pid;
  }

  get state(): SessionState {
    return this.#inner.state;
  }

  get onStateChange(): SessionTransport["onStateChange"] {
    return this.#inner.onStateChange;
  }

  set onStateChange(callback: SessionTransport["onStateChange"]) {
    this.#inner.onStateChange = callback;
  }

  open(request: OpenRequest): Invocation {
    return this.#inner.open(request);
  }

  stats(): TransportStats {
    return this.#inner.stats();
  }

  async close(options: { readonly force?: boolean } = {}): Promise<void> {
    await this.#inner.close(options);
    if (options.force === true) for (const child of this.#running) child.stop(0);
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  #dial(): Duplex {
    const peer = { transport: "process", address: this.#command };
    if (this.#latest !== undefined && this.#options.restart !== true) {
      const text = "it is started once; with the option restart it would be started again";
      const cause = this.#latest.failure("no");
      const ended = cause?.message ?? `the process ${this.#command} does not answer any more`;
      return new FailedDuplex(peer, new RpcError("unavailable", `${ended} (${text})`, { started: "no", cause }));
    }
    try {
      const child = new Child(this.#command, this.#args, this.#options);
      this.#latest = child;
      this.#running.add(child);
      void child.ended.then(() => this.#running.delete(child));
      return new ChildDuplex(child);
    } catch (error) {
      const text = `cannot start the process ${this.#command}: ${error instanceof Error ? error.message : String(error)}`;
      return new FailedDuplex(peer, new RpcError("unavailable", text, { started: "no", cause: error }));
    }
  }
}

/**
 * A session over the standard input and output of a process that somebody else has started, with pipes for both, and
 * ends. It lasts as long as those.
 */
export function connectStdio(child: ChildProcess, options: SessionTransportOptions = {}): SessionTransport {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) {
    throw new TypeError('the process has to be started with stdio: ["pipe", "pipe", …]');
  }
  const peer = { transport: "stdio", address: `pid ${child.pid}` };
  return createSessionTransport(
    once(() => new StreamDuplex(stdout, stdin, peer), peer.address),
    options,
  );
}

/** Opens a byte stream of which there is but one. */
export function once(open: () => Duplex, address: string): () => Duplex {
  let used = false;
  return () => {
    if (used) {
      const text = `the streams of ${address} are used up: a session that is over cannot be begun again on them`;
      return new FailedDuplex({ transport: "stdio", address }, new RpcError("unavailable", text, { started: "no" }));
    }
    used = true;
    return open();
  };
}
