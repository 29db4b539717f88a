/**
 * What went wrong.
 *
 * - `invalid-component`: the bytes are no component, or one that breaks the specification's rules.
 * - `unsupported`: a valid component uses something that this engine does not have (yet).
 * - `link`: an import is missing, or is not what the component needs.
 * - `invalid-argument`: a caller's value does not fit its WIT type; the guest was not called, or saw nothing of it.
 * - `trap`: the guest trapped, broke the canonical ABI, or an import that it called failed. The instance is poisoned.
 * - `exit`: the guest asked to end; see {@link ComponentExit}.
 * - `resource-exhausted`: one of the limits was reached.
 * - `cancelled`, `deadline-exceeded`: the caller gave up. The guest may still be running.
 * - `disposed`: the instance, or the resource, was disposed.
 */
export type ComponentErrorCode =
  | "invalid-component"
  | "unsupported"
  | "link"
  | "invalid-argument"
  | "trap"
  | "exit"
  | "resource-exhausted"
  | "cancelled"
  | "deadline-exceeded"
  | "disposed";

/** What is known about a failure besides its message. */
export interface ComponentErrorDetails {
  readonly cause?: unknown;
  /** The function that was called, for example `wasi:clocks/monotonic-clock@0.2.0#now`, or `run` for a root function. */
  readonly function?: string | undefined;
  /** Where in the file the component breaks a rule, in bytes. */
  readonly offset?: number | undefined;
  /** Frames of the guest at the time of the failure, innermost first, as V8 prints them. */
  readonly wasmStack?: string | undefined;
}

/** Any failure of compiling, instantiating or calling a component, except the guest's own `err` (`WitError`). */
export class ComponentError extends Error {
  override readonly name: string = "ComponentError";
  readonly code: ComponentErrorCode;
  readonly function: string | undefined;
  readonly offset: number | undefined;
  readonly wasmStack: string | undefined;

  constructor(code: ComponentErrorCode, message: string, details: ComponentErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.function = details.function;
    this.offset = details.offset;
    this.wasmStack = details.wasmStack;
  }
}

/**
 * The guest asked to end, as with `wasi:cli/exit`: an import threw a `GuestExit` of `@witwire/wit/values`. The guest's stack
 * is unwound, the call that was running rejects with this, and the instance takes no further calls.
 */
export class ComponentExit extends ComponentError {
  override readonly name: string = "ComponentExit";
  /** 0 for success. */
  readonly status: number;

  constructor(status: number) {
    super("exit", `the component ended with exit code ${status}`);
    this.status = status;
  }
}
