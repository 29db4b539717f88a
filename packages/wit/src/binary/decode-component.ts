import { Budget } from "./budget.ts";
import { ByteReader } from "./byte-reader.ts";
import { type CustomSection, readComponent } from "./component-sections.ts";
import { ComponentDecodeError } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { DecodedComponent } from "./definitions.ts";
import { type DecodeLimits, defaultDecodeLimits, greatestDecodeDepth } from "./limits.ts";
import { TypeArena } from "./type-arena.ts";

/** A decoded file with what else it holds. */
export interface DecodedFile {
  readonly component: DecodedComponent;
  readonly customSections: readonly CustomSection[];
  /** Units of work that it took. */
  readonly steps: number;
}

/**
 * Reads a component and checks it by the rules of the component model. The code of its core modules is not looked at;
 * their bytes are views into `bytes`, which must not be changed while the result is in use.
 *
 * @throws ComponentDecodeError where the bytes are no valid component, or one beyond the limits.
 * @throws RangeError where a limit is not a whole number, or the depth above {@link greatestDecodeDepth}.
 */
export function decodeComponent(bytes: Uint8Array, limits?: Partial<DecodeLimits>): DecodedComponent {
  return decodeFile(bytes, limits).component;
}

/** As {@link decodeComponent}, with the custom sections. */
export function decodeFile(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): DecodedFile {
  const budget = new Budget(checkedLimits(limits));
  if (bytes.length > budget.limits.bytes) {
    throw new ComponentDecodeError("limit", 0, `the file has ${bytes.length} bytes; the limit "bytes" can be raised`);
  }
  const decoding: Decoding = { budget, arena: new TypeArena(budget), coreModules: 0 };
  const reader = new ByteReader(bytes, 0, bytes.length, "file");
  const { definition, customSections } = readComponent(decoding, undefined, reader);
  const component = { root: definition, types: decoding.arena.defs, coreModules: decoding.coreModules };
  return { component, customSections, steps: budget.steps };
}

/** All limits, from those that were given. */
export function checkedLimits(limits: Partial<DecodeLimits>): DecodeLimits {
  const all = { ...defaultDecodeLimits };
  for (const name of Object.keys(all) as (keyof DecodeLimits)[]) {
    const value = limits[name] ?? all[name];
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`the limit "${name}" must be a whole number, not ${value}`);
    Object.assign(all, { [name]: value });
  }
  if (all.depth > greatestDecodeDepth)
    throw new RangeError(`the limit "depth" can be at most ${greatestDecodeDepth}, not ${all.depth}`);
  return all;
}
