import { resultType } from "@witwire/wit/model";
import { formatFunction } from "../contract/format-function.ts";
import { isRpcError, type RpcErrorCode, type Started } from "../errors.ts";
import type { InterceptedCall, Interceptor } from "../interception/interceptor.ts";

/** What {@link logging} says about a call. Parameters, results and metadata are not in it: they may be secret, or large. */
export interface CallRecord {
  readonly side: "client" | "server";
  readonly instance: string;
  readonly name: string;
  /** On servers the caller's address, or its transport where it has none. */
  readonly peer: string | undefined;
  /** Milliseconds until the result or the failure; streams in the result may go on. */
  readonly duration: number;
  /** `ok`; `err` where the function returned its `err`; `failed` where the call failed. */
  readonly outcome: "ok" | "err" | "failed";
  /** Of a failed call. */
  readonly failure: { readonly code: RpcErrorCode; readonly started: Started; readonly message: string } | undefined;
}

export interface LoggingOptions {
  /** Told of every call when it is over. Default: writes {@link formatCallRecord} to `console.info`. */
  readonly log?: (record: CallRecord, call: InterceptedCall) => void;
}

/** Says of every call how long it took and what came of it. Stands outermost, so that it sees what others refuse. */
export function logging({ log = logLine }: LoggingOptions = {}): Interceptor {
  return async (call, next) => {
    const begin = performance.now();
    try {
      const value = await next();
      record(log, call, begin, isErr(call, value) ? "err" : "ok");
      return value;
    } catch (error) {
      record(log, call, begin, "failed", error);
      throw error;
    }
  };
}

/** A record as one line, whatever bytes the other side put into its message. */
export function formatCallRecord({ side, instance, name, peer, duration, outcome, failure }: CallRecord): string {
  const parts = [side, formatFunction(instance, name), outcome];
  if (failure !== undefined) parts.push(printable(failure.code), `started=${failure.started}`);
  parts.push(`${duration.toFixed(1)} ms`);
  if (peer !== undefined) parts.push(`from ${printable(peer)}`);
  return failure === undefined ? parts.join(" ") : `${parts.join(" ")}: ${JSON.stringify(failure.message)}`;
}

function record(
  log: NonNullable<LoggingOptions["log"]>,
  call: InterceptedCall,
  begin: number,
  outcome: CallRecord["outcome"],
  error?: unknown,
): void {
  const { side, instance, name, peer } = call;
  const duration = performance.now() - begin;
  const failure = outcome === "failed" ? describe(error) : undefined;
  try {
    log({ side, instance, name, peer: peer?.address ?? peer?.transport, duration, outcome, failure }, call);
  } catch (thrown) {
    // A call has done its work, whether or not somebody can write that down.
    console.error("the log of an interceptor threw:", thrown);
  }
}

function describe(error: unknown): CallRecord["failure"] {
  const message = error instanceof Error ? error.message : String(error);
  if (isRpcError(error)) return { code: error.code, started: error.started, message };
  return { code: "internal", started: "maybe", message };
}

function isErr({ contract }: InterceptedCall, value: unknown): boolean {
  if (contract === undefined || resultType(contract.resolve, contract.func.result) === undefined) return false;
  return (value as { tag?: unknown } | undefined)?.tag === "err";
}

function printable(text: string): string {
  return /^[!-~]+$/.test(text) ? text : JSON.stringify(text);
}

function logLine(record: CallRecord): void {
  console.info(formatCallRecord(record));
}
