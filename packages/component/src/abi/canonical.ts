/**
 * What stands between core functions and JavaScript values: lifting (core to JavaScript) and lowering (JavaScript to
 * core), as CanonicalABI.md of the component model defines them. Types are compiled once per component; what differs
 * between instances (memory, allocation, handles) comes with every call as a {@link CanonicalContext}.
 */

/** A core wasm value: `i32`, `f32` and `f64` as number, `i64` as bigint. */
export type CoreValue = number | bigint;

export type CoreType = "i32" | "i64" | "f32" | "f64";

/** A function's type after flattening. At most one result. */
export interface CoreSignature {
  readonly params: readonly CoreType[];
  readonly results: readonly CoreType[];
}

/** The options of one `canon lift` or `canon lower`, bound to an instance and, where handles are concerned, to a call. */
export interface CanonicalContext {
  readonly stringEncoding: "utf8" | "utf16" | "latin1+utf16";
  /** Whether what is lifted goes to another component, rather than to the host. */
  readonly betweenComponents: boolean;
  /**
   * All of the guest's memory. Ask again after every allocation: growing a memory detaches the old view.
   *
   * @throws Trap where the function has no option `memory`
   */
  bytes(): Uint8Array;
  /** The same memory as {@link bytes}. */
  view(): DataView;
  /**
   * `realloc(0, 0, alignment, size)` of the guest.
   *
   * @throws Trap where there is no option `realloc`, where the answer is misaligned or where it lies outside the memory
   */
  allocate(alignment: number, size: number): number;
  /** `realloc` of the guest, checked like {@link allocate}. */
  reallocate(pointer: number, oldSize: number, alignment: number, size: number): number;
  /**
   * Counts bytes of strings and lists that are about to be lifted for the current call, before anything is allocated for
   * them: a guest may name the same bytes many times over. Elements other than numbers count as at least 16 bytes.
   *
   * @throws Trap beyond `maxValueBytes`
   */
  charge(size: number): void;
  /** Takes the handle out of the guest's table. Throws {@link Trap} as the specification demands. */
  liftOwn(resource: number, handle: number): unknown;
  liftBorrow(resource: number, handle: number): unknown;
  /** Puts a resource into the guest's table. Throws ValueError where the value is no such resource, or is gone. */
  lowerOwn(resource: number, value: unknown): number;
  lowerBorrow(resource: number, value: unknown): number;
}

/** The guest broke a rule of the canonical ABI, or asked for what it may not have. The instance is lost. */
export class Trap extends Error {
  override readonly name: string = "Trap";
  /** `resource-exhausted` where it was a limit that the guest ran into. */
  readonly code: "trap" | "resource-exhausted";

  constructor(message: string, code: "trap" | "resource-exhausted" = "trap") {
    super(message);
    this.code = code;
  }
}

/**
 * One function type, compiled. A `result` as a value is `{ tag: "ok" | "err", val }` here, as everywhere inside values;
 * throwing and returning is the affair of whoever calls. Errors name what was lifted or lowered: the parameter or result,
 * and the path inside it.
 */
export interface CompiledFunction {
  /** The core function behind `canon lift`. */
  readonly liftSignature: CoreSignature;
  /** The core function that `canon lower` makes. */
  readonly lowerSignature: CoreSignature;
  /** Whether `own` or `borrow` is anywhere inside. */
  readonly hasHandles: boolean;
  /** For a call into the guest: JavaScript arguments to core ones. Surplus arguments are ignored. Throws ValueError. */
  lowerParams(context: CanonicalContext, args: readonly unknown[]): CoreValue[];
  /** After it: what the core function returned, to the JavaScript result. Throws {@link Trap}. */
  liftResult(context: CanonicalContext, core: CoreValue | undefined): unknown;
  /** For a call out of the guest: core arguments to JavaScript ones. Throws {@link Trap}. */
  liftParams(context: CanonicalContext, core: readonly CoreValue[]): unknown[];
  /**
   * After it: the JavaScript result to what the core function returns. `core` are the arguments that the guest gave; the
   * last one points to where a large result goes. Throws ValueError, and {@link Trap} for a bad pointer.
   */
  lowerResult(context: CanonicalContext, core: readonly CoreValue[], value: unknown): CoreValue | undefined;
}
