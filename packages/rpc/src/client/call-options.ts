import { type CallContext, type CallOptions, isCallContext, type Metadata } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import { checkSignal, checkTimeout } from "../interception/checks.ts";

/** The options of one call, with defaults applied. */
export interface ResolvedCallOptions {
  /** Milliseconds; `Infinity` for no limit. */
  readonly timeout: number;
  /** Whether the timeout covers the streams and futures of the result too, rather than ending with the result. */
  readonly coversStreams: boolean;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata;
  /** Milliseconds of the timeout that have gone by before the call is made. Default 0. */
  readonly elapsed?: number;
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
