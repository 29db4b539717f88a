import { RpcError } from "../errors.ts";
import type { Path } from "../transport/invocation.ts";

/** Thrown where bytes are missing that may still come. */
export const headIncomplete: unique symbol = Symbol("head incomplete") as never;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the fields of a frame, one after the other, from `at` to `end`. */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Length of the last text, in bytes. */
  textBytes = 0;

  set(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw headIncomplete;
    return this.bytes[this.at++] as number;
  }

  /** @throws RpcError `protocol` for a number that is not in its shortest form, or has more than 53 bits */
  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RpcError("protocol", "a number has more than 53 bits");
      if (byte >= 0x80) continue;
      if (byte === 0) throw new RpcError("protocol", "a number is not in its shortest form");
      return value;
    }
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw headIncomplete;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** @param what for the error; @throws RpcError `protocol` when it is longer than `most` bytes, or no UTF-8 */
  text(what: string, most: number): string {
    const length = this.varint();
    if (length > most) throw new RpcError("protocol", `${what} of ${length} bytes is longer than ${most}`);
    const bytes = this.take(length);
    this.textBytes = length;
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw new RpcError("protocol", `${what} is not valid UTF-8`, { cause });
    }
  }

  /** @throws RpcError `protocol` for one that is empty, since the root has a flag, or too deep */
  path(maxDepth: number): Path {
    const depth = this.varint();
    if (depth === 0 || depth > maxDepth) {
      throw new RpcError("protocol", `a path has ${depth} numbers; there can be 1 to ${maxDepth} (limit maxPathDepth)`);
    }
    const path: number[] = [];
    while (path.length < depth) path.push(this.varint());
    return path;
  }
}
