/** Where a command reads from and writes to: the process, or a test. */
export interface Terminal {
  /** Resolves when more may be written. */
  out(text: string): Promise<void>;
  error(text: string): void;
  /** Whether escape sequences for colours are welcome. */
  readonly color: boolean;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
}

/** The terminal of this process. Interrupting it twice ends the process at once. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
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
  };
}
