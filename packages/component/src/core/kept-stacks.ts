import type { CoreSignature, CoreValue } from "../abi/canonical.ts";
import { outermostScope } from "./async-scope.ts";
import { keptStackModule } from "./kept-stack-module.ts";
import { type CoreCallable, type PromisingCallable, promising, suspending, webAssembly } from "./web-assembly.ts";

/**
 * Most stacks of the process that are kept without a call on them: what 100 calls at a time need, and so many instances has
 * a pool by default. What is touched of a stack stays in memory, five KiB mostly, and a megabyte at most.
 */
export const maxParked = 128;

/** Most signatures that have stacks of their own: their modules stay for good. */
const maxSignatures = 256;

/** Whose function is to be called. */
export interface StackOwner {
  /** Whether it still takes calls, when a stack is there for it. */
  readonly state: string;
}

/** A call, from being made until it is answered. No object literal, as V8 would come to make those in old memory. */
class Job {
  readonly owner: StackOwner;
  readonly function: CoreCallable;
  readonly args: readonly CoreValue[];
  readonly resolve: (result: CoreValue | undefined) => void;
  readonly reject: (error: unknown) => void;

  constructor(
    owner: StackOwner,
    fn: CoreCallable,
    args: readonly CoreValue[],
    resolve: (result: CoreValue | undefined) => void,
    reject: (error: unknown) => void,
  ) {
    this.owner = owner;
    this.function = fn;
    this.args = args;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** A stack that runs one call after the other, and is suspended in between. */
class KeptStack {
  readonly stacks: KeptStacks;
  job: Job | undefined;
  /** Goes on with the next job; ends where there is none. */
  wake: () => void = nothing;

  constructor(stacks: KeptStacks, job: Job) {
    this.stacks = stacks;
    this.job = job;
  }

  readonly onPark = (wake: () => void): void => {
    this.wake = wake;
  };
}

/** The exports of a {@link keptStackModule}. */
type SetJob = (fn: CoreCallable | null, ...args: readonly CoreValue[]) => void;
type Work = (stack: KeptStack) => Promise<void>;

/** Stacks without a call, the longest parked one first. They are held here and in their {@link KeptStacks}. */
const parked = new Set<KeptStack>();

/**
 * Stacks for guest functions of one signature. V8 makes a stack for each promising call, and keeps only a few that are
 * done: with more calls than that in flight it maps and unmaps a megabyte for each. A stack here is made by one promising
 * call that does not return, but runs many.
 *
 * Guests run here in the {@link outermostScope}: a stack goes on in the asynchronous context in which it was parked, so that
 * of a call would leak into the next one.
 */
export class KeptStacks {
  readonly #parked: KeptStack[] = [];
  readonly #set: SetJob;
  readonly #work: Work;
  readonly #noArgs: readonly CoreValue[];

  constructor(signature: CoreSignature) {
    const imports = {
      begin: (stack: KeptStack): number => this.#begin(stack),
      park: suspending(((stack: KeptStack, result: CoreValue | undefined) =>
        this.#park(stack, result)) as unknown as CoreCallable),
    };
    const module = new webAssembly.Module(keptStackModule(signature));
    const { exports } = new webAssembly.Instance(module, { stack: imports });
    this.#set = exports.set as SetJob;
    this.#work = promising(exports.work as CoreCallable) as unknown as Work;
    this.#noArgs = signature.params.map((type) => (type === "i64" ? 0n : 0));
  }

  /**
   * Whether a function is of this very type. One of the same signature is not where its module puts the type into a
   * recursion group, or lets others be derived from it.
   */
  accepts(fn: CoreCallable): boolean {
    try {
      this.#set(fn, ...this.#noArgs);
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
    this.#set(null, ...this.#noArgs);
    return true;
  }

  /**
   * Calls a function: at once on a new stack, or in a microtask on one that was parked. If its owner takes no more calls
   * by then the function is not called, and the promise comes to `undefined`.
   */
  call(owner: StackOwner, fn: CoreCallable, args: readonly CoreValue[]): ReturnType<PromisingCallable> {
    return new Promise((resolve, reject) => {
      const job = new Job(owner, fn, args, resolve, reject);
      const stack = this.#parked.pop();
      if (stack === undefined) {
        outermostScope.runInAsyncScope(this.#start, undefined, new KeptStack(this, job));
        return;
      }
      parked.delete(stack);
      stack.job = job;
      stack.wake();
    });
  }

  readonly #start = (stack: KeptStack): void => {
    const ended = (error: unknown): void => {
      const { job } = stack;
      stack.job = undefined;
      job?.reject(error);
    };
    this.#work(stack).then(undefined, ended);
  };

  /** Gives a stack the call that it was woken for. @returns 0 where the stack is to end */
  #begin(stack: KeptStack): number {
    const { job } = stack;
    if (job === undefined) return 0;
    if (job.owner.state === "ready") {
      this.#set(job.function, ...job.args);
      return 1;
    }
    stack.job = undefined;
    job.resolve(undefined);
    return 0;
  }

  /** A call has returned. @returns what suspends the stack until the next one */
  #park(stack: KeptStack, result: CoreValue | undefined): Promise<void> {
    const { job } = stack;
    stack.job = undefined;
    job?.resolve(result);
    this.#parked.push(stack);
    parked.add(stack);
    if (parked.size > maxParked) endLongestParked();
    return new Promise(stack.onPark);
  }

  /** The longest parked one is let go: it has no job when it wakes. */
  end(stack: KeptStack): void {
    this.#parked.splice(this.#parked.indexOf(stack), 1);
    stack.wake();
  }
}

function endLongestParked(): void {
  const [longest] = parked;
  if (longest === undefined) return;
  parked.delete(longest);
  longest.stacks.end(longest);
}

/** How many stacks of the process are kept without a call. */
export function parkedStacks(): number {
  return parked.size;
}

const bySignature = new Map<string, KeptStacks>();
/** The same, found faster. */
const known = new WeakMap<CoreSignature, KeptStacks>();

/** The stacks for functions of a signature; `undefined` where too many other signatures have theirs. */
export function keptStacks(signature: CoreSignature): KeptStacks | undefined {
  let stacks = known.get(signature);
  if (stacks !== undefined) return stacks;
  const name = `${signature.params.join(" ")} -> ${signature.results.join(" ")}`;
  stacks = bySignature.get(name);
  if (stacks === undefined) {
    if (bySignature.size >= maxSignatures) return undefined;
    stacks = new KeptStacks(signature);
    bySignature.set(name, stacks);
  }
  known.set(signature, stacks);
  return stacks;
}

function nothing(): void {}
