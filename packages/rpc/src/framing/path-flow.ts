import { RpcError } from "../errors.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";
import type { AsyncPaths, Flow, FlowOptions } from "./flow.ts";
import { type PathOwner, PathQueue } from "./path-queue.ts";
import { PathTable } from "./path-table.ts";
import { ReadBudget } from "./read-budget.ts";
import { SendGate } from "./send-gate.ts";

/** Lets calls of plain wRPC have streams and futures. */
export const asyncPaths: AsyncPaths = (duplex, options, onFailure) => new PathFlow(duplex, options, onFailure);

/**
 * The flow of an invocation with streams and futures: a queue for each path, one budget for what is read ahead of all their
 * consumers, and a gate for those who send.
 */
export class PathFlow implements Flow, PathOwner {
  readonly budget: ReadBudget;
  readonly #duplex: Duplex;
  readonly #options: FlowOptions;
  readonly #onFailure: (error: RpcError) => void;
  readonly #gate: SendGate;
  readonly #root: PathQueue;
  /** Absent until a stream or future is expected or has come: most calls have none. */
  #paths: PathTable | undefined;
  /** What still comes is wanted. */
  #wanted = true;
  #receiving = true;
  #paused = false;
  #failure: RpcError | undefined;

  constructor(duplex: Duplex, options: FlowOptions, onFailure: (error: RpcError) => void) {
    const { limits, timers } = options;
    this.#duplex = duplex;
    this.#options = options;
    this.#onFailure = onFailure;
    this.budget = new ReadBudget(limits);
    this.#gate = new SendGate(timers, limits.stallTimeout, onFailure);
    this.#root = new PathQueue([], this);
  }

  incoming(path: Path): IncomingPath {
    return path.length === 0 ? this.#root : this.#pathTable().claim(path);
  }

  receive(path: Path, bytes: Uint8Array): void {
    if (path.length === 0) this.#root.push(bytes);
    else this.#pathTable().receive(path, bytes);
  }

  settle(): void {
    this.regulate();
  }

  fallBehind(): void {
    this.#gate.shut();
    this.#duplex.onDrain = () => this.#gate.open();
  }

  drained(): Promise<void> {
    return this.#gate.passed();
  }

  end(): void {
    this.#receiving = false;
    this.#root.close();
    this.#paths?.close(undefined);
  }

  discard(): void {
    this.#wanted = false;
    this.#root.discard();
    this.#paths?.discardAll();
    this.#resume();
  }

  fail(error: RpcError): void {
    this.#wanted = false;
    this.#failure = error;
    this.#gate.close(() => error);
    this.#root.close(error);
    this.#paths?.close(error);
  }

  close(): void {
    this.#gate.close(callIsOver);
  }

  regulate(): void {
    if (!this.#wanted) return;
    const verdict = this.budget.verdict;
    if (verdict === "exhausted") this.#onFailure(this.#exhausted());
    else if (verdict === "read") this.#resume();
    else if (!this.#paused && this.#receiving) {
      this.#paused = true;
      this.#duplex.pause();
    }
  }

  forget(path: Path): void {
    this.#paths?.forget(path);
  }

  #pathTable(): PathTable {
    if (this.#paths === undefined) {
      const { declared, limits } = this.#options;
      this.#paths = new PathTable(this, declared, limits.maxOpenPaths);
      if (!this.#wanted || !this.#receiving) this.#paths.close(this.#failure);
    }
    return this.#paths;
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#duplex.resume();
  }

  #exhausted(): RpcError {
    const queues = [this.#root, ...(this.#paths?.queues ?? [])];
    const name = (queue: PathQueue | undefined): string => `[${queue?.path.join() ?? ""}]`;
    const largest = queues.reduce((one, other) => (other.bufferedBytes > one.bufferedBytes ? other : one));
    const starving = queues.find((queue) => queue.starving);
    return new RpcError(
      "resource-exhausted",
      `${this.budget.buffered} received bytes are unread, most of them on path ${name(largest)}, while the consumer waits ` +
        `for path ${name(starving)}: read both at the same time, or raise the limit maxBufferedBytes`,
    );
  }
}

function callIsOver(): RpcError {
  return new RpcError("cancelled", "the call is over");
}
