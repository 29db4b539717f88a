import type { CallContext } from "@witwire/wit/values";

export interface Running {
  readonly context: CallContext;
  /** Lets the implementation return. */
  end(): void;
}

export interface Waiting {
  /** What is known once it runs. */
  readonly context: PromiseWithResolvers<Running>;
  readonly wait: (context: CallContext) => Promise<string>;
}

/** An implementation that returns when it is told to or, unless it is stubborn, when its caller has gone. */
export function waiting({ stubborn = false }: { stubborn?: boolean } = {}): Waiting {
  const context = Promise.withResolvers<Running>();
  const wait = (given: CallContext): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const end = (): void => resolve("done");
    if (!stubborn) given.signal.addEventListener("abort", end);
    context.resolve({ context: given, end });
    return promise;
  };
  return { context, wait };
}

/** Waits until the implementation was told that its caller has gone. */
export async function aborted({ context: { signal } }: Running): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

/** How many listeners a signal has, counted from now on. */
export function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, listener: never, options?: never): void => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never, options?: never): void => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener, options);
  };
  return () => listeners.size;
}
