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
  /** Present where handles, streams or futures are inside. Only then do `write` and `read` keep track of the path. */
  readonly effects?: Effects | undefined;
}

/**
 * What handles, streams and futures ask of the types around them. Their kinds bring it along, so that bundles without them
 * go without it.
 */
export interface Effects {
  /** Where streams and futures are, from the type's own place. */
  readonly asyncPaths: readonly PathPattern[];
  /** Those of two types at the same place. */
  and(others: Effects): Effects;
  /** The same one level further out. */
  within(step: number | "*"): Effects;
  /** A type with these effects as member `index` of what holds it: on the way in, the number goes onto the path. */
  located(type: CompiledType, index: number): CompiledType;
  /** Resumes a type in steps between which others use the path. @param path where it is */
  resumeAt(type: CompiledType, input: Input, path: readonly number[]): Steps<unknown>;
  /** Write and read elements with these effects, with the number of each on the path. */
  writeElements(
    writer: Writer,
    element: CompiledType,
    values: readonly unknown[],
    lowering: Lowering,
    first: number,
  ): void;
  readElements(reader: Reader, element: CompiledType, values: unknown[], count: number, lifting: Lifting): void;
  resumeElements(input: Input, element: CompiledType, values: unknown[], count: number): Steps<void>;
}

/** Thrown by {@link Write}. A constant, because throwing happens deep inside where nothing is known of the way there. */
export const mismatch: unique symbol = Symbol("mismatch") as never;

/** A type as member `index` of what holds it. Types without effects have no use for a path and stay as they are. */
export function located(type: CompiledType, index: number): CompiledType {
  return type.effects?.located(type, index) ?? type;
}

/** The effects of types at the same place. */
export function united(types: readonly CompiledType[]): Effects | undefined {
  return types.reduce<Effects | undefined>(
    (all, { effects }) => (all === undefined || effects === undefined ? (all ?? effects) : all.and(effects)),
    undefined,
  );
}
