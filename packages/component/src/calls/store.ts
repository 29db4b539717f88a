import { Trap } from "../abi/canonical.ts";
import type { InstanceState, InstanceStats } from "../component.ts";
import { currentScope } from "../core/async-scope.ts";
import type { FunctionOwner } from "../core/core-function.ts";
import { uncatchable, wasmStack } from "../core/uncatchable.ts";
import type { CoreMemory } from "../core/web-assembly.ts";
import { ComponentError, ComponentExit } from "../errors.ts";
import type { EngineLimits } from "../limits.ts";
import type { GuestCall } from "./guest-call.ts";

/** Whether imports may await, and exports return promises. */
export type Mode = "async" | "sync";

/**
 * All that belongs to one instance of a root component and is shared by the components inside it: whether it still
 * works, which call is inside, and what it holds. A trap in any of the components inside is the end of all of them.
 */
export class Store implements FunctionOwner {
  readonly mode: Mode;
  readonly limits: EngineLimits;
  state: InstanceState = "ready";
  /** The call that is inside the guest. */
  current: GuestCall | undefined;
  queued = 0;
  handles = 0;
  importedResources = 0;
  readonly memories: CoreMemory[] = [];
  /** Unwinds the guest that awaits an import. */
  interrupt: (() => void) | undefined;
  #failure: ComponentError | undefined;
  /** What is to be released with the instance. */
  readonly #disposals: (() => void)[] = [];

  constructor(mode: Mode, limits: EngineLimits) {
    this.mode = mode;
    this.limits = limits;
  }

  /**
   * Why it takes no more calls. That it was disposed is put into words when somebody asks: most instances are disposed
   * when their calls are over, and an error with its stack costs more than the call.
   */
  get failure(): ComponentError | undefined {
    if (this.state === "disposed") {
      this.#failure ??= new ComponentError("disposed", "the instance was disposed while a call was inside");
    }
    return this.#failure;
  }

  /** The guest of the running call goes on without the asynchronous context that is here now. */
  keepScope(): void {
    if (this.current !== undefined) this.current.scope ??= currentScope();
  }

  /** Calls what belongs to the host, from the guest, in the asynchronous context of the running call. */
  callHost<A, T>(body: (argument: A) => T, argument: A): T {
    const scope = this.current?.scope;
    return scope === undefined ? body(argument) : scope.runInAsyncScope(body, undefined, argument);
  }

  /** Notes that the guest is lost, unless it already was. @returns what to tell the caller */
  fail(error: ComponentError): ComponentError {
    if (this.failure !== undefined) return this.failure;
    this.#failure = error;
    if (this.state === "ready") this.state = error instanceof ComponentExit ? "exited" : "poisoned";
    return error;
  }

  /** A core function threw: a trap of the guest's own, or what {@link raise} threw into it. */
  trapped(error: unknown, label: string): ComponentError {
    if (this.failure !== undefined) return this.failure;
    const code = error instanceof Trap ? error.code : "trap";
    const message = `${label} trapped: ${messageOf(error)}`;
    return this.fail(new ComponentError(code, message, { cause: error, function: label, wasmStack: wasmStack(error) }));
  }

  /** Notes a failure, and makes what is to be thrown into the guest: an error that it cannot catch. */
  raise(error: ComponentError): Error {
    const failure = this.fail(error);
    const thrown = uncatchable(failure.message, failure);
    if (failure.wasmStack === undefined) Object.assign(failure, { wasmStack: wasmStack(thrown) });
    return thrown;
  }

  /** The instance as it is now; an error for whoever wants to call it where it takes no more calls. */
  refusal(label: string): ComponentError | undefined {
    switch (this.state) {
      case "ready":
        return undefined;
      case "disposed":
        return new ComponentError("disposed", `${label} was called on an instance that was disposed`, {
          function: label,
        });
      case "exited":
        return new ComponentError("exit", `${label} was called on a component that has ended`, {
          function: label,
          cause: this.failure,
        });
      case "poisoned":
        return new ComponentError(
          "trap",
          `${label} was called on an instance that is unusable since an earlier failure: ${this.failure?.message ?? ""}`,
          { function: label, cause: this.failure },
        );
    }
  }

  onDispose(release: () => void): void {
    this.#disposals.push(release);
  }

  dispose(): void {
    if (this.state === "disposed") return;
    this.state = "disposed";
    // Whoever answers an import of the call that is inside need not go on.
    if (this.current !== undefined) this.current.abandon(this.failure);
    this.interrupt?.();
    for (const release of this.#disposals.splice(0)) release();
    this.memories.length = 0;
    this.handles = 0;
  }

  stats(): InstanceStats {
    return {
      running: this.current === undefined ? 0 : 1,
      queued: this.queued,
      awaitedImports: this.interrupt === undefined ? 0 : 1,
      handles: this.handles,
      importedResources: this.importedResources,
      memoryBytes: this.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
