import { setTimeout as sleep } from "node:timers/promises";
import { type CallContext, WitError } from "@witwire/wit/values";
import type { JobsHandler, Progress } from "./generated/witwire-examples/jobs/jobs.ts";

/** Runs jobs of steps that take a moment each, until they are done or their callers leave. */
export class JobRunner implements JobsHandler {
  /** Jobs that run now. */
  running = 0;
  /** How jobs ended: `done`, or the code of the error with which their signal fired. */
  readonly ends: string[] = [];

  readonly run = (steps: number, { signal }: CallContext): AsyncIterable<Progress> => {
    if (steps === 0) throw new WitError("nothing-to-do");
    return this.#work(steps, signal);
  };

  /** The signal outlives the result: it fires when the caller gives up, or its time is up, while the stream goes on. */
  async *#work(total: number, signal: AbortSignal): AsyncGenerator<Progress> {
    this.running++;
    try {
      for (let done = 1; done <= total; done++) {
        await sleep(1, undefined, { signal });
        yield { done, total };
      }
      this.ends.push("done");
    } finally {
      if (signal.aborted) this.ends.push((signal.reason as { code: string }).code);
      this.running--;
    }
  }
}
