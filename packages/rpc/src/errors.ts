/**
 * What went wrong with a call, as one word. A peer may send codes that this list does not have; they survive as they are.
 *
 * - `cancelled`: the caller's signal, or a shutdown, ended the call
 * - `deadline-exceeded`: the time was up
 * - `unimplemented`: the peer does not serve the function
 * - `invalid-argument`: a value does not fit its WIT type
 * - `unauthenticated`, `permission-denied`, `not-found`: as said by the peer; `not-found` also for stale handles
 * - `resource-exhausted`: a limit was reached
 * - `unavailable`: the peer cannot be reached, or went away
 * - `protocol`: bytes that the protocol does not allow
 * - `trap`: a WebAssembly guest failed
 * - `internal`: the implementation failed
 * - `unknown`: the call ended without a result, which is all that plain wRPC can say
 */
export type RpcErrorCode =
  | "cancelled"
  | "deadline-exceeded"
  | "unimplemented"
  | "invalid-argument"
  | "unauthenticated"
  | "permission-denied"
  | "not-found"
  | "resource-exhausted"
  | "unavailable"
  | "protocol"
  | "trap"
  | "internal"
  | "unknown"
  | (string & {});

/** Whether the peer's implementation ran: `no` means that calling again cannot do anything twice. */
export type Started = "no" | "maybe" | "yes";

export interface RpcErrorOptions {
  /** Default `maybe`. */
  readonly started?: Started;
  /** Default: whether `started` is `no`, and the code `unavailable` or `resource-exhausted`. */
  readonly retryable?: boolean;
  /** Milliseconds before which another attempt has no chance, where that is known. Stays on this side. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("witwire.rpc-error") as never;

/** The one error class of failed calls. */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  readonly code: RpcErrorCode;
  readonly started: Started;
  /** Whether the same call may work later, and making it again does nothing twice. */
  readonly retryable: boolean;
  /** Milliseconds before which another attempt has no chance, where this side knows. */
  readonly retryAfter: number | undefined;

  static {
    Object.defineProperty(RpcError.prototype, brand, { value: true });
  }

  constructor(code: RpcErrorCode, message: string, options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.started = options.started ?? "maybe";
    this.retryable =
      options.retryable ?? (this.started === "no" && (code === "unavailable" || code === "resource-exhausted"));
    this.retryAfter = options.retryAfter;
  }

  /** Any thrown thing as an `RpcError`; one that already is stays the same. */
  static from(error: unknown, code: RpcErrorCode = "internal"): RpcError {
    if (isRpcError(error)) return error;
    return new RpcError(code, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whether a value is an {@link RpcError}, whichever copy of this module made it. */
export function isRpcError(value: unknown): value is RpcError {
  return typeof value === "object" && value !== null && brand in value;
}

/** Errors with which calls of this process have failed. */
const ofCalls = new WeakSet<RpcError>();

/** Remembers that a call of this process failed with an error. */
export function markFromPeer(error: RpcError): void {
  ofCalls.add(error);
}

/** Whether a call of this process failed with the error, rather than that it was made to be thrown. */
export function isFromPeer(error: RpcError): boolean {
  return ofCalls.has(error);
}
