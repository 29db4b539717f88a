import type { PrimitiveType, Resolve, Type, TypeDef } from "@witwire/wit/model";
import { typeDef } from "@witwire/wit/model";
import type { Splitter } from "../codec.ts";
import { Reader } from "../reader.ts";
import { readUnsigned } from "./leb128.ts";
import { charSize } from "./text.ts";

/*
 * Some peers read every primitive with a single read, which never crosses the end of a frame. For them, what was encoded
 * is parted between primitives. It is walked through once more for that, so that encoders need not know about it.
 */

/** Moves the reader past a value and tells the cutter where its primitives end. The bytes are an encoder's, and right. */
export type Walk = (reader: Reader, cutter: Cutter) => void;

/** {@link Splitter.split}, of one type. */
export type Split = Splitter["split"];

/** Parts the values of one model's types. */
export interface Splits {
  value(type: Type): Split;
  /** Several values, one behind the other. */
  sequence(types: readonly Type[]): Split;
  /** A list, and so a chunk of a stream. */
  list(element: Type | undefined): Split;
}

/** Parts bytes into pieces of at most `most` bytes between primitives; only a larger primitive makes a larger piece. */
function split(bytes: Uint8Array, most: number, walk: Walk): Uint8Array[] {
  if (bytes.length <= most) return [bytes];
  const cutter = new Cutter(bytes, most);
  walk(new Reader(bytes), cutter);
  return cutter.finish();
}

/** Gathers as many primitives as fit into a piece. */
export class Cutter {
  readonly #bytes: Uint8Array;
  readonly #most: number;
  readonly #pieces: Uint8Array[] = [];
  #start = 0;
  #last = 0;

  constructor(bytes: Uint8Array, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  /** A primitive ends here. */
  mark(position: number): void {
    if (position - this.#start > this.#most && this.#last > this.#start) this.#cut(this.#last);
    this.#last = position;
  }

  /** All bytes up to here are primitives of one byte. */
  markEach(end: number): void {
    if (this.#last - this.#start > this.#most) this.#cut(this.#last);
    while (end - this.#start > this.#most) this.#cut(this.#start + this.#most);
    this.#last = end;
  }

  finish(): Uint8Array[] {
    this.mark(this.#bytes.length);
    if (this.#start < this.#bytes.length) this.#cut(this.#bytes.length);
    return this.#pieces;
  }

  #cut(at: number): void {
    this.#pieces.push(this.#bytes.subarray(this.#start, at));
    this.#start = at;
  }
}

/** Makes the walks of the types of one model, each once and only when somebody asks for it. */
export class Walks implements Splits {
  readonly #resolve: Resolve;
  readonly #primitives: Record<PrimitiveType, Walk>;
  readonly #walks = new Map<Type, Walk>();

  constructor(resolve: Resolve, goChars: boolean) {
    this.#resolve = resolve;
    this.#primitives = { ...primitiveWalks, char: goChars ? leb : char };
  }

  value(type: Type): Split {
    return splitter(() => this.#of(type));
  }

  sequence(types: readonly Type[]): Split {
    return splitter(() => this.#sequence(types));
  }

  list(element: Type | undefined): Split {
    return splitter(() => this.#list(element));
  }

  /** A type; `undefined` for one that is left out and has no bytes. */
  #of(type: Type | undefined): Walk {
    if (type === undefined) return nothing;
    if (typeof type === "string") return this.#primitives[type];
    let walk = this.#walks.get(type);
    if (walk === undefined) {
      walk = this.#definition(typeDef(this.#resolve, type));
      this.#walks.set(type, walk);
    }
    return walk;
  }

  #sequence(types: readonly Type[]): Walk {
    const walks = types.map((type) => this.#of(type));
    return (reader, cutter) => {
      for (const walk of walks) walk(reader, cutter);
    };
  }

  #list(type: Type | undefined): Walk {
    const elements = this.#repeated(type);
    return (reader, cutter) => elements(reader, cutter, count(reader, cutter));
  }

  #definition({ kind }: TypeDef): Walk {
    switch (kind.tag) {
      case "record":
        return this.#sequence(kind.fields.map(({ type }) => type));
      case "tuple":
        return this.#sequence(kind.types);
      case "variant":
        return this.#cases(kind.cases.map(({ type }) => type));
      case "enum":
        return leb;
      case "flags":
        return fixed(Math.ceil(kind.flags.length / 8));
      case "option":
        return this.#cases([undefined, kind.type]);
      case "result":
        return this.#cases([kind.ok, kind.err]);
      case "list":
        return this.#list(kind.type);
      case "fixed-length-list": {
        const elements = this.#repeated(kind.type);
        return (reader, cutter) => elements(reader, cutter, kind.length);
      }
      case "map": {
        const pair = this.#sequence([kind.key, kind.value]);
        return (reader, cutter) => repeat(pair, reader, cutter, count(reader, cutter));
      }
      case "stream":
      case "future":
        return fixed(1);
      case "own":
      case "borrow":
        return sized;
      case "resource":
        throw new RangeError("a resource is not a value; own and borrow handles are");
      case "alias":
        return this.#of(kind.type);
    }
  }

  #cases(payloads: readonly (Type | undefined)[]): Walk {
    const walks = payloads.map((type) => this.#of(type));
    return (reader, cutter) => walks[count(reader, cutter)]?.(reader, cutter);
  }

  #repeated(type: Type | undefined): (reader: Reader, cutter: Cutter, count: number) => void {
    if (this.#isByte(type)) {
      return (reader, cutter, count) => {
        reader.position += count;
        cutter.markEach(reader.position);
      };
    }
    const walk = this.#of(type);
    return (reader, cutter, count) => repeat(walk, reader, cutter, count);
  }

  #isByte(type: Type | undefined): boolean {
    if (typeof type === "number") {
      const { kind } = typeDef(this.#resolve, type);
      return kind.tag === "alias" && this.#isByte(kind.type);
    }
    return type === "u8" || type === "s8";
  }
}

/** Walks are made when somebody first needs them. */
function splitter(makeWalk: () => Walk): Split {
  let walk: Walk | undefined;
  return (bytes, most) => {
    walk ??= makeWalk();
    return split(bytes, most, walk);
  };
}

function repeat(walk: Walk, reader: Reader, cutter: Cutter, count: number): void {
  for (let index = 0; index < count; index++) walk(reader, cutter);
}

/** A count or discriminant, which is a primitive itself. */
function count(reader: Reader, cutter: Cutter): number {
  const value = readUnsigned(reader);
  cutter.mark(reader.position);
  return value;
}

function fixed(size: number): Walk {
  return (reader, cutter) => {
    reader.position += size;
    cutter.mark(reader.position);
  };
}

const nothing: Walk = () => {};

const leb: Walk = (reader, cutter) => {
  while ((reader.buffer[reader.position++] as number) >= 0x80);
  cutter.mark(reader.position);
};

/** A length and so many bytes. */
const sized: Walk = (reader, cutter) => {
  const length = readUnsigned(reader);
  reader.position += length;
  cutter.mark(reader.position);
};

const char: Walk = (reader, cutter) => {
  reader.position += charSize(reader.buffer[reader.position] as number);
  cutter.mark(reader.position);
};

const byte = fixed(1);

const primitiveWalks: Record<Exclude<PrimitiveType, "char">, Walk> = {
  bool: byte,
  u8: byte,
  s8: byte,
  u16: leb,
  s16: leb,
  u32: leb,
  s32: leb,
  u64: leb,
  s64: leb,
  f32: fixed(4),
  f64: fixed(8),
  string: sized,
  "error-context": nothing,
};
