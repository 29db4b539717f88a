import type { Lifting, Lowering, PathPattern } from "../codec.ts";
import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** Appends a value. Throws {@link mismatch} when it does not fit; what is wrong is found out by {@link Explain}. */
export type Write = (writer: Writer, value: unknown, lowering: Lowering) => void;

/** Reads a value. Throws `underflow` when bytes are missing, wherever the reader then stands, and DecodeError. */
export type Read = (reader: Reader, lifting: Lifting) => unknown;

/** Reads a value that arrives in pieces. Takes every byte there is before it yields for more. */
export type Resume = (input: Input) => Steps<unknown>;

/** A decoder that yields whenever it has read everything and needs more. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Finds what does not fit in a value that {@link Write} refused; `undefined` when everything fits. */
export type Explain = (value: unknown) => Problem | undefined;

/** What a resumable decoder reads from. The reader may be another one after every yield. */
export interface Input {
  reader: Reader;
  readonly lifting: Lifting;
}

/** What does not fit, and where. */
export interface Problem {
  /** Way from the value to the culprit, in JavaScript's terms: `.tags[3]`. Empty for the value itself. */
  readonly path: string;
  /** `a string` */
  readonly expected: string;
  readonly got: unknown;
}

/** One type, compiled. */
export interface CompiledType {
  readonly write: Write;
  readonly read: Read;
  readonly resume: Resume;
  readonly explain: Explain;
  /** The fewest bytes that a value can take. Zero means that a list of them costs its sender nothing. */
  readonly minBytes: number;
  /** Levels of types inside this one; zero for primitives. */
  readonly depth: number;
  /** Whether handles, streams or futures are inside. Only then do `write` and `read` keep track of the path. */
  readonly hasEffects: boolean;
  readonly asyncPaths: readonly PathPattern[];
}

/** Thrown by {@link Write}. A constant, because throwing happens deep inside where nothing is known of the way there. */
export const mismatch: unique symbol = Symbol("mismatch") as never;

/** A type without handles, streams, futures or levels below it. */
export function plainType(type: Omit<CompiledType, keyof typeof plain>): CompiledType {
  return { ...plain, ...type };
}

/** What all types without handles, streams, futures or levels below them have in common. */
export const plain: Pick<CompiledType, "depth" | "hasEffects" | "asyncPaths"> = {
  depth: 0,
  hasEffects: false,
  asyncPaths: [],
};
