import { ComponentError } from "../errors.ts";

/** A section of a core module: its number and where its contents lie. */
export interface Section {
  readonly id: number;
  /** First byte of the section, which is its number. */
  readonly start: number;
  /** First byte of its contents. */
  readonly body: number;
  /** First byte behind it. */
  readonly end: number;
}

/** Numbers of the sections that are looked at here. Core specification, Binary Format, Modules. */
export const sectionId = { import: 2, table: 4, memory: 5, export: 7, start: 8 } as const;

/** The sections of a core module, in order. */
export function moduleSections(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  const input = new ModuleReader(bytes, 8);
  while (input.at < bytes.length) {
    const start = input.at;
    const id = input.byte();
    const size = input.u32();
    const body = input.at;
    input.skip(size);
    sections.push({ id, start, body, end: input.at });
  }
  return sections;
}

/** Reads the parts of a core module that have to be known before it is compiled. V8 checks all the rest. */
export class ModuleReader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw malformed("ends too early");
    return byte;
  }

  u32(): number {
    return Number(this.u64() & 0xffff_ffffn);
  }

  /** Any unsigned LEB128 number of up to 64 bits. */
  u64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed("has a number of more than 64 bits");
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.#bytes.length) throw malformed("ends too early");
  }

  /** Skips a name or any other run of bytes with its length in front. */
  skipBytes(): void {
    this.skip(this.u32());
  }
}

/** A number in unsigned LEB128. */
export function leb128(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

function malformed(what: string): ComponentError {
  return new ComponentError("invalid-component", `a core module ${what}`);
}
