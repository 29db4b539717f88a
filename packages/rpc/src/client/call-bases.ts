import type { FunctionContract } from "../interception/interceptor.ts";
import type { StubFactory } from "../transport/call-handles.ts";
import type { Invocation } from "../transport/invocation.ts";

/** A call whose answer can be spoken of before it is there. */
export interface CallBase {
  readonly contract: FunctionContract;
  readonly invocation: Invocation;
  /** Makes the object for a resource of its peer. */
  readonly stub: StubFactory;
}

const bases = new WeakMap<Promise<unknown>, CallBase | Promise<CallBase | undefined>>();

/** Remembers which call a promise belongs to, or will. */
export function rememberBase(outcome: Promise<unknown>, base: CallBase | Promise<CallBase | undefined>): void {
  bases.set(outcome, base);
}

/** The call that a promise belongs to, where it is remembered. */
export function baseOf(outcome: Promise<unknown>): CallBase | Promise<CallBase | undefined> | undefined {
  return bases.get(outcome);
}
