import { sync, WitError } from "@witwire/wit/values";
import { isFieldValue, isForbidden, isToken } from "./field-syntax.ts";

/** `wasi:http/types` `header-error`. */
export interface HeaderError {
  readonly tag: "invalid-syntax" | "forbidden" | "immutable";
}

type Field = readonly [name: string, value: Uint8Array];

/** Bytes of all names and values that a guest may put together. */
const mostBytes = 256 * 1024;

/**
 * `wasi:http/types` `fields`: headers and trailers. Names are compared without regard to case, and keep the case that they
 * have. Every method that fails throws a `WitError` with a `header-error`; growing beyond 256 KiB is a trap.
 */
export class Fields {
  #fields: Field[] = [];
  #bytes = 0;
  #isMutable = true;

  /** @throws WitError a `header-error` */
  static fromList(entries: readonly Field[]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  /** What came with a message: immutable, and without what belongs to the connection. */
  static received(raw: readonly string[]): Fields {
    const fields = new Fields();
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const name = raw[index] ?? "";
      if (!isForbidden(name.toLowerCase())) fields.#fields.push([name, Buffer.from(raw[index + 1] ?? "", "latin1")]);
    }
    fields.#isMutable = false;
    return fields;
  }

  /** The same fields for reading; later changes of these are not seen there. */
  frozen(): Fields {
    const fields = new Fields();
    fields.#fields = [...this.#fields];
    fields.#isMutable = false;
    return fields;
  }

  get(name: string): Uint8Array[] {
    const key = name.toLowerCase();
    return this.#fields.flatMap(([other, value]) => (other.toLowerCase() === key ? [value] : []));
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return this.#fields.some(([other]) => other.toLowerCase() === key);
  }

  set(name: string, values: readonly Uint8Array[]): void {
    this.#assertMutable(name);
    for (const value of values) assertValue(value);
    this.#remove(name);
    for (const value of values) this.#push(name, value);
  }

  delete(name: string): void {
    this.#assertMutable(name);
    this.#remove(name);
  }

  append(name: string, value: Uint8Array): void {
    this.#assertMutable(name);
    assertValue(value);
    this.#push(name, value);
  }

  entries(): Field[] {
    return [...this.#fields];
  }

  clone(): Fields {
    const fields = new Fields();
    fields.#fields = [...this.#fields];
    fields.#bytes = this.#bytes;
    return fields;
  }

  /** Names and values in turn, as Node takes them. */
  toRaw(): string[] {
    return this.#fields.flatMap(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
  }

  /** Bytes of all names and values. */
  get byteLength(): number {
    return this.#fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  }

  #assertMutable(name: string): void {
    if (!this.#isMutable) throw headerError("immutable");
    if (!isToken(name)) throw headerError("invalid-syntax");
    if (isForbidden(name.toLowerCase())) throw headerError("forbidden");
  }

  #remove(name: string): void {
    const key = name.toLowerCase();
    this.#fields = this.#fields.filter(([other]) => other.toLowerCase() !== key);
    this.#bytes = this.byteLength;
  }

  #push(name: string, value: Uint8Array): void {
    this.#bytes += name.length + value.length;
    if (this.#bytes > mostBytes) throw new RangeError(`the fields are larger than ${mostBytes} bytes`);
    this.#fields.push([name, value]);
  }

  static {
    const { get, has, set, delete: remove, append, entries, clone } = Fields.prototype;
    for (const method of [Fields.fromList, get, has, set, remove, append, entries, clone]) sync(method);
  }
}

/**
 * The length that a message says its body has.
 *
 * @returns nothing where it says none, and `invalid` where it is no number or several different ones
 */
export function contentLength(fields: Fields): bigint | "invalid" | undefined {
  const texts = fields.get("content-length").map((value) => Buffer.from(value).toString("latin1").trim());
  const [first] = texts;
  if (first === undefined) return undefined;
  return /^\d{1,19}$/.test(first) && texts.every((text) => text === first) ? BigInt(first) : "invalid";
}

function assertValue(value: Uint8Array): void {
  if (!isFieldValue(value)) throw headerError("invalid-syntax");
}

function headerError(tag: HeaderError["tag"]): WitError<HeaderError> {
  return new WitError({ tag });
}
