import { type CallContext, type CallOptions, isCallContext, type Metadata } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";

/** The options of one call, with defaults applied. */
export interface ResolvedCallOptions {
  /** Milliseconds; `Infinity` for no limit. */
  readonly timeout: number;
  /** Whether the timeout covers the streams and futures of the result too, rather than ending with the result. */
  readonly coversStreams: boolean;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata;
}

const noMetadata: Metadata = Object.freeze({});

/**
 * Reads what a caller passed behind the last parameter: nothing, options, or the context of a call that it answers.
 * A context hands on its signal and remaining time, and never the metadata it came with.
 *
 * @throws RpcError `invalid-argument` for anything else
 */
export function resolveCallOptions(passed: unknown, defaultTimeout: number): ResolvedCallOptions {
  if (passed === undefined) {
    return { timeout: defaultTimeout, coversStreams: false, signal: undefined, metadata: noMetadata };
  }
  if (typeof passed !== "object" || passed === null) {
    throw new RpcError("invalid-argument", `expected call options behind the last parameter, got ${typeof passed}`, {
      started: "no",
    });
  }
  const options = passed as CallOptions | CallContext;
  if (isCallContext(options)) {
    const remaining = options.timeRemaining();
    const limited = Number.isFinite(remaining);
    return {
      timeout: limited ? remaining : defaultTimeout,
      coversStreams: limited,
      signal: options.signal,
      metadata: noMetadata,
    };
  }
  return {
    timeout: checkTimeout(options.timeout) ?? defaultTimeout,
    coversStreams: options.timeout !== undefined,
    signal: checkSignal(options.signal),
    metadata: options.metadata ?? noMetadata,
  };
}

function checkTimeout(timeout: number | undefined): number | undefined {
  if (timeout === undefined || (typeof timeout === "number" && timeout >= 0)) return timeout;
  throw new RpcError("invalid-argument", `a timeout must be a number of milliseconds from 0, not ${String(timeout)}`, {
    started: "no",
  });
}

function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.addEventListener === "function") {
    return signal;
  }
  throw new RpcError("invalid-argument", `a signal must be an AbortSignal, not ${typeof signal}`, { started: "no" });
}
