import { Writer } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { Leb128 } from "./leb128.ts";

/** First byte of an invocation in plain wRPC. */
export const PLAIN_VERSION = 0x00;

/** Whom an invocation is for. */
export interface Header {
  readonly instance: string;
  readonly name: string;
}

/** The bytes that a client sends first: version, instance, function name. */
export function encodeHeader({ instance, name }: Header): Uint8Array {
  const encoder = new TextEncoder();
  const writer = new Writer();
  writer.byte(PLAIN_VERSION);
  for (const text of [instance, name]) {
    const bytes = encoder.encode(text);
    writer.u32(bytes.length);
    writer.bytes(bytes);
  }
  return writer.take();
}

const noBytes = /* @__PURE__ */ new Uint8Array(0);
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The header of an invocation as its bytes arrive: version, then two strings, each announced by its length. */
export class HeaderParser {
  readonly #maxNameBytes: number;
  readonly #number = new Leb128();
  readonly #strings: string[] = [];
  #versionSeen = false;
  #length = -1;
  #text: Uint8Array = noBytes;
  #filled = 0;

  constructor(limits: Pick<Limits, "maxNameBytes">) {
    this.#maxNameBytes = limits.maxNameBytes;
  }

  /** The header, once {@link HeaderParser.push} said that it is complete. */
  get header(): Header {
    return { instance: this.#strings[0] ?? "", name: this.#strings[1] ?? "" };
  }

  /**
   * Takes bytes from `offset` on.
   *
   * @returns the offset behind the header, or -1 when more bytes are needed
   * @throws RpcError `protocol` for another version, a name that is too long or no UTF-8
   */
  push(bytes: Uint8Array, offset = 0): number {
    let at = offset;
    while (at < bytes.length) {
      if (!this.#versionSeen) this.#checkVersion(bytes[at++] as number);
      else if (this.#length < 0) this.#startString(this.#number.push(bytes[at++] as number));
      else at += this.#fill(bytes, at);
      if (this.#length >= 0 && this.#filled === this.#length) {
        this.#finishString();
        if (this.#strings.length === 2) return at;
      }
    }
    return -1;
  }

  #checkVersion(version: number): void {
    if (version !== PLAIN_VERSION) {
      throw new RpcError(
        "protocol",
        `version byte 0x${version.toString(16).padStart(2, "0")} is not plain wRPC (0x00)`,
      );
    }
    this.#versionSeen = true;
  }

  #startString(length: number): void {
    if (length < 0) return;
    if (length > this.#maxNameBytes) {
      const what = this.#strings.length === 0 ? "an instance name" : "a function name";
      throw new RpcError(
        "protocol",
        `${what} of ${length} bytes exceeds the limit maxNameBytes (${this.#maxNameBytes})`,
      );
    }
    this.#length = length;
    this.#text = noBytes;
    this.#filled = 0;
  }

  #fill(bytes: Uint8Array, at: number): number {
    const count = Math.min(this.#length - this.#filled, bytes.length - at);
    if (count === this.#length) {
      this.#text = bytes.subarray(at, at + count);
      this.#filled = count;
      return count;
    }
    if (this.#filled === 0) this.#text = new Uint8Array(this.#length);
    this.#text.set(bytes.subarray(at, at + count), this.#filled);
    this.#filled += count;
    return count;
  }

  #finishString(): void {
    try {
      this.#strings.push(decoder.decode(this.#text));
    } catch (cause) {
      throw new RpcError("protocol", "a name in the header is not valid UTF-8", { cause });
    }
    this.#length = -1;
  }
}
