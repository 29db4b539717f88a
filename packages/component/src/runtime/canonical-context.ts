import type { TypeId } from "@witwire/wit/model";
import { type CanonicalContext, Trap } from "../abi/canonical.ts";
import type { LinearMemory } from "../core/linear-memory.ts";
import type { CoreCallable } from "../core/web-assembly.ts";
import { CallScope } from "../handles/call-scope.ts";
import type { Frame } from "./frame.ts";

/** The options of one `canon lift` or `canon lower`, with their indices resolved. */
export interface BoundOptions {
  readonly stringEncoding: CanonicalContext["stringEncoding"];
  readonly memory: LinearMemory | undefined;
  readonly realloc: CoreCallable | undefined;
}

/**
 * What one lifted or lowered function works with. A function runs once at a time (its component instance is entered, or
 * waits in it), so its context holds the state of that one call.
 */
export class FunctionContext implements CanonicalContext {
  readonly stringEncoding: CanonicalContext["stringEncoding"];
  betweenComponents = false;
  readonly #frame: Frame;
  readonly #memory: LinearMemory | undefined;
  readonly #realloc: CoreCallable | undefined;
  #charged = 0;
  #scope: CallScope | undefined;
  /** Ends what was lent for the call. */
  readonly #releases: (() => void)[] = [];
  /** Takes back what was given away, should the call not happen. */
  readonly #restores: (() => void)[] = [];

  constructor(frame: Frame, options: BoundOptions) {
    this.#frame = frame;
    this.stringEncoding = options.stringEncoding;
    this.#memory = options.memory;
    this.#realloc = options.realloc;
  }

  bytes(): Uint8Array {
    return this.#memory === undefined ? missing("memory") : this.#memory.bytes();
  }

  view(): DataView {
    return this.#memory === undefined ? missing("memory") : this.#memory.view();
  }

  allocate(alignment: number, size: number): number {
    return this.reallocate(0, 0, alignment, size);
  }

  reallocate(pointer: number, oldSize: number, alignment: number, size: number): number {
    if (this.#realloc === undefined) return missing("realloc");
    const frame = this.#frame;
    frame.mayLeave = false;
    const answer = (this.#realloc(pointer, oldSize, alignment, size) as number) >>> 0;
    frame.mayLeave = true;
    if (answer % alignment !== 0)
      throw new Trap(`realloc answered 0x${answer.toString(16)}, which is not aligned to ${alignment}`);
    if (answer + size > this.bytes().length) {
      throw new Trap(`realloc answered 0x${answer.toString(16)} for ${size} bytes, which is outside the memory`);
    }
    return answer;
  }

  charge(size: number): void {
    this.#charged += size;
    const { maxValueBytes } = this.#frame.store.limits;
    if (this.#charged > maxValueBytes) {
      throw new Trap(
        `the guest's values take more than ${maxValueBytes} bytes (limit maxValueBytes)`,
        "resource-exhausted",
      );
    }
  }

  liftOwn(type: TypeId, handle: number): object {
    const resource = this.#frame.resource(type);
    return resource.liftOwn(this.#frame.handles.takeOwn(resource, handle));
  }

  liftBorrow(type: TypeId, handle: number): object {
    const resource = this.#frame.resource(type);
    const rep = this.#frame.handles.lend(resource, handle, this.#inScope());
    const { value, release } = resource.liftBorrow(rep);
    if (release !== undefined) this.#releases.push(release);
    return value;
  }

  lowerOwn(type: TypeId, value: unknown): number {
    const { handles } = this.#frame;
    const resource = this.#frame.resource(type);
    const rep = resource.lowerOwn(value);
    const handle = handles.addOwn(resource, rep);
    this.#restores.push(() => {
      handles.withdraw(handle);
      resource.restore(rep, value);
    });
    return handle;
  }

  lowerBorrow(type: TypeId, value: unknown): number {
    const { handles } = this.#frame;
    const resource = this.#frame.resource(type);
    const { rep, release } = resource.lowerBorrow(value);
    this.#releases.push(release);
    if (resource.definer === this.#frame) return rep;
    const handle = handles.addBorrow(resource, rep, this.#inScope());
    this.#restores.push(() => handles.withdraw(handle));
    return handle;
  }

  /** A call begins. */
  begin(): void {
    this.#charged = 0;
  }

  /** Lowering is done, and what was given away stays given away. */
  commit(): void {
    this.#restores.length = 0;
  }

  /** The call does not take place: everything goes back to where it was. */
  rollBack(): void {
    for (const restore of this.#restores.splice(0).reverse()) restore();
    this.end();
  }

  /** @throws Trap where the component still holds something that it only borrowed */
  checkBorrows(): void {
    const borrows = this.#scope?.borrows ?? 0;
    if (borrows > 0) {
      throw new Trap(
        `a borrow outlives its call: the function returned with ${borrows} borrowed handle${borrows === 1 ? "" : "s"} not dropped`,
      );
    }
  }

  /** The call is over: what was lent for it goes back. */
  end(): void {
    this.#scope?.returnLent();
    this.#scope = undefined;
    if (this.#releases.length === 0) return;
    for (const release of this.#releases.splice(0)) release();
  }

  #inScope(): CallScope {
    this.#scope ??= new CallScope();
    return this.#scope;
  }
}

function missing(option: string): never {
  throw new Trap(`the function needs the canonical option ${option}, which it was not given`);
}
