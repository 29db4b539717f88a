import type { CallContext } from "@witwire/wit/values";
import type { CompileOptions, ComponentInstance } from "../../index.ts";
import { guestOf } from "../guest-files.ts";
import type { Engine, Functions } from "./engine.ts";

/** What the guest of `calls.wat` exports. */
export type CallsApi = Functions<
  | "echo"
  | "work"
  | "step"
  | "note"
  | "checked"
  | "trap"
  | "stepAndTrap"
  | "divide"
  | "overflow"
  | "swallow"
  | "swallowLegacy"
  | "swallowMany"
  | "grow"
  | "endless"
>;

/** What it imports. */
export interface CallsHost {
  step(n: number, context: CallContext): number | Promise<number>;
  note(n: number): void | Promise<void>;
  checked(n: number): number | Promise<number>;
}

export interface CallsGuest extends Disposable {
  readonly instance: ComponentInstance;
  readonly api: CallsApi;
  /** What `note` was called with. */
  readonly notes: readonly number[];
}

/** A new instance of the guest of `calls.wat`. Imports that are not given answer at once. */
export async function startCalls(
  engine: Engine,
  host: Partial<CallsHost> = {},
  limits: CompileOptions["limits"] = {},
): Promise<CallsGuest> {
  const component = await engine.compile(await guestOf("calls", "calls", "guest"), { limits });
  const notes: number[] = [];
  const instance = await component.instantiate({
    "test:calls/host": {
      step: (n: number) => n + 1,
      note: (n: number) => void notes.push(n),
      checked: (n: number) => n,
      ...host,
    },
  });
  return {
    instance,
    notes,
    api: instance.exports["test:calls/api"] as unknown as CallsApi,
    [Symbol.dispose]: () => instance[Symbol.dispose](),
  };
}

/** A promise that somebody else settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function defer<T>(): Deferred<T> {
  return Promise.withResolvers<T>();
}

/** Waits until everything that is ready has run. */
export function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
