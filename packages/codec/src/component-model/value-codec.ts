import type { Lifting, Lowering, PathPattern, ResumableDecoder, ValueCodec } from "../codec.ts";
import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Problem } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { overLimit, valueError } from "./failures.ts";
import { PendingValue } from "./pending-value.ts";
import type { Split } from "./splitting.ts";

/** A compiled type behind the public interface: with limits, and with readers and writers that are put back after a failure. */
export class ComponentValueCodec implements ValueCodec {
  readonly #type: CompiledType;
  readonly #where: string;
  readonly split?: Split;

  /**
   * @param where what error messages call the value; may be empty
   * @param split how what was encoded is parted, where there are peers that need it
   */
  constructor(type: CompiledType, where: string, split?: Split) {
    this.#type = type;
    this.#where = where;
    if (split !== undefined) this.split = split;
  }

  get asyncPaths(): readonly PathPattern[] {
    return this.#type.effects?.asyncPaths ?? noPaths;
  }

  get hasEffects(): boolean {
    return this.#type.effects !== undefined;
  }

  get minBytes(): number {
    return this.#type.minBytes;
  }

  encode(writer: Writer, value: unknown, lowering: Lowering): void {
    const start = writer.position;
    const level = lowering.path.length;
    try {
      this.#type.write(writer, value, lowering);
    } catch (error) {
      writer.position = start;
      lowering.path.length = level;
      throw explained(error, this.#where, () => this.#type.explain(value), value);
    }
  }

  decode(reader: Reader, lifting: Lifting): unknown {
    return readValue(this.#type, reader, lifting);
  }

  decoder(lifting: Lifting): ResumableDecoder {
    return new PendingValue(this.#type, lifting, lifting.path);
  }
}

const noPaths: readonly PathPattern[] = [];

/** Reads one value at once, within the limits. @throws underflow, DecodeError; the reader is then as before */
export function readValue(type: CompiledType, reader: Reader, lifting: Lifting): unknown {
  const { position, end } = reader;
  const { maxValueBytes, maxElements } = reader.limits;
  const level = lifting.path.length;
  reader.elements = maxElements;
  // Seen from inside, the bytes end where the limit does.
  if (end - position > maxValueBytes) reader.end = position + maxValueBytes;
  try {
    const value = type.read(reader, lifting);
    reader.end = end;
    return value;
  } catch (error) {
    const cut = reader.end < end;
    reader.position = position;
    reader.end = end;
    lifting.path.length = level;
    if (error === underflow && cut) throw overLimit(reader, `a value of more than the limit of ${maxValueBytes} bytes`);
    throw error;
  }
}

/** The error to report for one that stopped an encoder. */
export function explained(error: unknown, where: string, explain: () => Problem | undefined, value: unknown): unknown {
  if (error !== mismatch) return error;
  return valueError(
    where,
    explain() ?? { path: "", expected: "a value that stays the same while it is encoded", got: value },
  );
}
