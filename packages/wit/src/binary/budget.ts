import { ComponentDecodeError } from "./decode-error.ts";
import type { DecodeLimits } from "./limits.ts";

/** Counts what one decoding has used of its limits. */
export class Budget {
  readonly limits: DecodeLimits;
  /** Units of work so far; tests assert on how this grows. */
  steps = 0;
  #types = 0;
  #definitions = 0;

  constructor(limits: DecodeLimits) {
    this.limits = limits;
  }

  step(offset: number, count = 1): void {
    this.steps += count;
    if (this.steps > this.limits.steps) throw exceeded(offset, "steps", "the types are too much work to match");
  }

  type(offset: number): void {
    this.step(offset);
    if (++this.#types > this.limits.types) throw exceeded(offset, "types", "too many types");
  }

  definition(offset: number): void {
    this.step(offset);
    if (++this.#definitions > this.limits.definitions) throw exceeded(offset, "definitions", "too many definitions");
  }

  depth(offset: number, depth: number, what: string): void {
    if (depth > this.limits.depth) throw exceeded(offset, "depth", `${what} nested too deeply`);
  }
}

function exceeded(offset: number, limit: keyof DecodeLimits, reason: string): ComponentDecodeError {
  return new ComponentDecodeError("limit", offset, `${reason}; the limit "${limit}" can be raised`);
}
