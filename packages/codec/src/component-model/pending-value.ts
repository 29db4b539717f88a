import type { Lifting, ResumableDecoder } from "../codec.ts";
import { Reader } from "../reader.ts";
import type { CompiledType, Input, Steps } from "./compiled-type.ts";
import { overLimit } from "./failures.ts";

const nothing = /* @__PURE__ */ new Reader();

/** A value whose bytes are still arriving, within the limits. */
export class PendingValue implements ResumableDecoder {
  readonly #input: Input;
  readonly #steps: Steps<unknown>;
  /** Bytes that the value may still have, and list elements; known once there is a reader. */
  #bytes = -1;
  #elements = 0;
  #complete = false;
  #value: unknown;

  /** @param path where the value is */
  constructor(type: CompiledType, lifting: Lifting, path: readonly number[]) {
    this.#input = { reader: nothing, lifting };
    this.#steps = type.effects?.resumeAt(type, this.#input, [...path]) ?? type.resume(this.#input);
  }

  get value(): unknown {
    return this.#value;
  }

  step(reader: Reader): boolean {
    if (this.#complete) return true;
    if (this.#bytes < 0) {
      this.#bytes = reader.limits.maxValueBytes;
      this.#elements = reader.limits.maxElements;
    }
    const { position, end } = reader;
    if (end - position > this.#bytes) reader.end = position + this.#bytes;
    reader.elements = this.#elements;
    this.#input.reader = reader;
    try {
      const { done, value } = this.#steps.next();
      if (done === true) {
        this.#complete = true;
        this.#value = value;
      }
    } finally {
      reader.end = end;
    }
    this.#bytes -= reader.position - position;
    this.#elements = reader.elements;
    if (!this.#complete && this.#bytes === 0) {
      throw overLimit(reader, `a value of more than the limit of ${reader.limits.maxValueBytes} bytes`);
    }
    return this.#complete;
  }
}
