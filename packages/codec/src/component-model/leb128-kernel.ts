import type { Reader } from "../reader.ts";
import { leb128KernelBinary } from "./leb128-kernel-binary.ts";
import { type LebRun, RUN_NUMBERS, type SmallLebArray } from "./leb128-runs.ts";

/*
 * LEB128 is a third of what a stream of numbers costs, and WebAssembly, which has loads and stores of four bytes that need no
 * checks by the engine's JavaScript compiler, is twice as fast at it, copies into its memory and out of it included.
 */

/** What the bytes of a run take at most. */
const RUN_BYTES = 5 * RUN_NUMBERS;

/** Up to this many numbers, entering WebAssembly costs more than it saves. */
const FEW = 64;

/** Where the bytes of numbers begin, and where it is left how many were read: see leb128-kernel.wat. */
const BYTES = 65_536;
const BYTES_READ = 147_460;

/** The part of WebAssembly that is used, which no library that every platform shares types. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** What leb128-kernel.wat exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  write(count: number, signed: number): number;
  read(from: number, to: number, length: number, signed: number): number;
}

/** The kernel and its memory. Used by one run at a time, since nothing that runs in between is asynchronous. */
class Kernel {
  readonly unsigned: Uint32Array<ArrayBuffer>;
  readonly signed: Int32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly exports: Exports;
  readonly #bytesRead: Uint32Array<ArrayBuffer>;

  constructor() {
    const binary = Uint8Array.from(atob(leb128KernelBinary), (char) => char.charCodeAt(0));
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    this.exports = new Instance(new Module(binary)).exports as Exports;
    const { buffer } = this.exports.memory;
    this.unsigned = new Uint32Array(buffer, 0, RUN_NUMBERS);
    this.signed = new Int32Array(buffer, 0, RUN_NUMBERS);
    this.bytes = new Uint8Array(buffer, BYTES, RUN_BYTES);
    this.#bytesRead = new Uint32Array(buffer, BYTES_READ, 1);
  }

  get bytesRead(): number {
    return this.#bytesRead[0] as number;
  }
}

let kernel: Kernel | undefined;
let isMissing = false;

/** `undefined` where there is no WebAssembly: it may have been left out, or be forbidden by a page's content security policy. */
function loadKernel(): Kernel | undefined {
  if (kernel !== undefined || isMissing) return kernel;
  try {
    kernel = new Kernel();
  } catch {
    isMissing = true;
  }
  return kernel;
}

/**
 * Runs of 32-bit numbers, long ones in WebAssembly.
 *
 * @param plain the same in JavaScript: for short runs, for the ends of what has arrived, for what has to be refused, and for
 * all where WebAssembly cannot be had
 */
export function kernelRun<A extends Uint32Array | Int32Array>(
  plain: LebRun<SmallLebArray>,
  signed: boolean,
): LebRun<A> {
  const sign = signed ? -1 : 0;
  const numbersOf = ({ signed: ofSigned, unsigned }: Kernel): A => (signed ? ofSigned : unsigned) as A;
  return {
    scratch() {
      const loaded = loadKernel();
      return loaded && numbersOf(loaded);
    },
    write(writer, values) {
      const loaded = values.length > FEW ? loadKernel() : undefined;
      if (loaded === undefined) {
        plain.write(writer, values);
        return;
      }
      const numbers = numbersOf(loaded);
      for (let from = 0; from < values.length; from += RUN_NUMBERS) {
        const part = values.length <= RUN_NUMBERS ? values : values.subarray(from, from + RUN_NUMBERS);
        numbers.set(part);
        writer.bytes(loaded.bytes.subarray(0, loaded.exports.write(part.length, sign)));
      }
    },
    readInto(reader, values, from, to) {
      const loaded = to - from > FEW ? loadKernel() : undefined;
      if (loaded === undefined) return plain.readInto(reader, values, from, to);
      const isInPlace = values.buffer === loaded.unsigned.buffer;
      let index = from;
      while (to - index > FEW && reader.remaining > FEW) {
        const before = index;
        const first = isInPlace ? index : 0;
        const count = readMany(loaded, reader, first, Math.min(RUN_NUMBERS, first + to - index), sign) - first;
        if (!isInPlace) values.set(numbersOf(loaded).subarray(0, count), index);
        index += count;
        // A number that is refused, or the end of what is there.
        if (index === before) break;
      }
      return plain.readInto(reader, values, index, to);
    },
  };
}

/** Reads the kernel's numbers `from` to `to - 1`, as far as they are there. Answers the index reached. */
function readMany(loaded: Kernel, reader: Reader, from: number, to: number, sign: number): number {
  const { buffer, position } = reader;
  const length = Math.min(reader.remaining, 5 * (to - from));
  loaded.bytes.set(buffer.subarray(position, position + length));
  const reached = loaded.exports.read(from, to, length, sign);
  reader.position += loaded.bytesRead;
  return reached;
}
