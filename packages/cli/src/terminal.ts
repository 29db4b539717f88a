import { exitCode } from "./exit-code.ts";

/** Where a command reads from and writes to: the process, or a test. */
export interface Terminal {
  /** Resolves when more may be written. */
  out(text: string): Promise<void>;
  error(text: string): void;
  /** Whether escape sequences for colours are welcome. */
  readonly color: boolean;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
  /** Aborted when the person interrupts again, while the command still ends. */
  readonly insisted: AbortSignal;
}

/** Milliseconds that a command has after the second interrupt. */
const LAST_MOMENT = 1000;

/**
 * The terminal of this process. A second interrupt ends it within a second, after breaking off what is under way so that
 * others see it fail; a third one at once.
 */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  const insist = new AbortController();
  const interrupted = (): void => {
    if (!interrupt.signal.aborted) {
      interrupt.abort();
      return;
    }
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, interrupted);
    insist.abort();
    setTimeout(() => process.exit(exitCode.interrupted), LAST_MOMENT).unref();
  };
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, interrupted);
  // A reader that leaves (`| head`) ends the command without a complaint.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") interrupt.abort();
    else throw error;
  });
  return {
    out: (text) =>
      new Promise((resolve) => {
        // The callback comes after an error as well, so that nothing waits for a reader that has left.
        if (process.stdout.write(text, () => resolve())) resolve();
      }),
    error: (text) => void process.stderr.write(text),
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    signal: interrupt.signal,
    insisted: insist.signal,
  };
}
