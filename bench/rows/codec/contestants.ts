import { createRequire } from "node:module";
import type { Lifting, Lowering, ValueCodec } from "@witwire/codec";
import { componentModelCodec, Reader, Writer } from "@witwire/codec";
import type { Type } from "@witwire/wit/model";
import { resolve } from "./payload.ts";

/** One way to turn values into bytes and back. */
export interface Contestant {
  encode(type: Type, value: unknown): unknown;
  decode(type: Type, bytes: Uint8Array): unknown;
  /** Bytes that `decode` takes, in the kind of array that suits it best. */
  bytes(type: Type, value: unknown): Uint8Array;
}

const noEffects = { path: [] } as unknown as Lowering & Lifting;
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

function ours(): Contestant {
  const codecs = new Map<Type, ValueCodec>();
  const codecOf = (type: Type): ValueCodec => codecs.get(type) ?? remember(type);
  const remember = (type: Type): ValueCodec => {
    const codec = componentModelCodec.type(resolve, type);
    codecs.set(type, codec);
    return codec;
  };
  // One of each, as a connection has them.
  const writer = new Writer();
  const reader = new Reader();
  const encode = (type: Type, value: unknown): Uint8Array => {
    codecOf(type).encode(writer, value, noEffects);
    return writer.take();
  };
  const decode = (type: Type, bytes: Uint8Array): unknown => {
    reader.feed(bytes);
    return codecOf(type).decode(reader, noEffects);
  };
  return { encode, bytes: (type, value) => encode(type, value).slice(), decode };
}

/** What is used of msgpackr, which is installed here only. */
interface Msgpackr {
  readonly Packr: new (options: {
    useRecords: boolean;
  }) => { pack(value: unknown): Buffer; unpack(bytes: Uint8Array): unknown };
}

function msgpackr(): Contestant {
  const { Packr } = createRequire(import.meta.url)("msgpackr") as Msgpackr;
  const packr = new Packr({ useRecords: false });
  const encode = (_type: Type, value: unknown): Uint8Array => packr.pack(value);
  return {
    encode,
    bytes: (type, value) => Buffer.from(encode(type, value)),
    decode: (_type, bytes) => packr.unpack(bytes),
  };
}

/** JSON as a service would use it in Node: to a Buffer and back. */
function json(): Contestant {
  return {
    encode: (_type, value) => Buffer.from(JSON.stringify(value)),
    bytes: (_type, value) => Buffer.from(JSON.stringify(value)),
    decode: (_type, bytes) => JSON.parse((bytes as Buffer).toString()),
  };
}

/** JSON as it is everywhere. */
function jsonPortable(): Contestant {
  return {
    encode: (_type, value) => textEncoder.encode(JSON.stringify(value)),
    bytes: (_type, value) => textEncoder.encode(JSON.stringify(value)),
    decode: (_type, bytes) => JSON.parse(textDecoder.decode(bytes)),
  };
}

/** JSON to a string, and from one: half of the way to bytes. For comparison only. */
function jsonString(): Contestant {
  return {
    encode: (_type, value) => JSON.stringify(value),
    bytes: (_type, value) => JSON.stringify(value) as unknown as Uint8Array,
    decode: (_type, text) => JSON.parse(text as unknown as string),
  };
}

export const contestants: Readonly<Record<string, () => Contestant>> = {
  ours,
  msgpackr,
  json,
  "json-portable": jsonPortable,
  "json-string": jsonString,
};
