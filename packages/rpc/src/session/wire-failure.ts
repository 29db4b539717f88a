import { RpcError, type Started } from "../errors.ts";
import type { WireFailure } from "./frame-reader.ts";

const startedByNumber: readonly Started[] = ["no", "maybe", "yes"];

/**
 * An error as its peer is told. What an implementation threw that is no `RpcError` was not written for callers, and may
 * hold secrets: they learn only that it failed. Stacks and causes never leave.
 */
export function toWireFailure(error: RpcError): WireFailure {
  const { code, started, retryable } = error;
  const foreign = code === "internal" && error.cause !== undefined;
  const message = foreign ? "the implementation failed; the log of its server says why" : error.message;
  return { code, started: startedByNumber.indexOf(started), retryable, message };
}

/** The error that a peer told of. */
export function fromWireFailure({ code, started, retryable, message }: WireFailure): RpcError {
  return new RpcError(code, message, { started: startedByNumber[started] ?? "maybe", retryable });
}
