import type { ValueCodec } from "../codec.ts";
import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { CompiledType, Read, Resume } from "./compiled-type.ts";
import { plainType } from "./compiled-type.ts";
import { hex, malformed } from "./failures.ts";
import { readUnsigned, resumeUnsigned } from "./leb128.ts";
import { around } from "./lists.ts";
import { united } from "./paths.ts";
import { resumeFixed } from "./scalars.ts";
import type { ComponentStreamCodec } from "./stream-codec.ts";

/*
 * A stream or future inside a value is a marker, 0, and its elements follow on a channel of their own. A peer may also
 * send them in place of the marker; this side never does, since not every peer can read that.
 */

/** The element of a `stream` without a type, and the payload of such a `future`: nothing at all. */
export const unitType: CompiledType = /* @__PURE__ */ plainType({
  write() {},
  read: () => undefined,
  *resume() {},
  explain: () => undefined,
  minBytes: 0,
});

/** `stream<T>`: 0, or the elements as a list that is not empty. */
export function streamType(codec: ComponentStreamCodec): CompiledType {
  const { depth, asyncPaths } = around(codec.element);
  const read: Read = (reader, lifting) => {
    const count = readUnsigned(reader);
    return count === 0 ? lifting.stream(codec) : lifting.stream(codec, codec.readReady(reader, count, lifting));
  };
  const resume: Resume = function* (input) {
    const count = yield* resumeUnsigned(input);
    if (count === 0) return input.lifting.stream(codec);
    return input.lifting.stream(codec, yield* codec.resumeReady(input, count));
  };
  return {
    write(writer, value, lowering) {
      lowering.stream(codec, value);
      writer.byte(0);
    },
    read,
    resume,
    explain: () => undefined,
    minBytes: 1,
    depth,
    hasEffects: true,
    asyncPaths: united([[]], asyncPaths),
  };
}

/** `future<T>`: 0, or 1 and the value. */
export function futureType(payload: CompiledType, codec: ValueCodec | undefined): CompiledType {
  const read: Read = (reader, lifting) =>
    readMarker(reader) === 0 ? lifting.future(codec) : lifting.future(codec, { value: payload.read(reader, lifting) });
  const resume: Resume = function* (input) {
    if ((yield* resumeMarker(input)) === 0) return input.lifting.future(codec);
    return input.lifting.future(codec, { value: yield* payload.resume(input) });
  };
  return {
    write(writer, value, lowering) {
      lowering.future(codec, value);
      writer.byte(0);
    },
    read,
    resume,
    explain: () => undefined,
    minBytes: 1,
    depth: payload.depth + 1,
    hasEffects: true,
    asyncPaths: united([[]], payload.asyncPaths),
  };
}

function readMarker(reader: Reader): number {
  const { position } = reader;
  if (position >= reader.end) throw underflow;
  const byte = reader.buffer[position] as number;
  if (byte > 1) throw malformed(reader, position, `expected a future (0x00 or 0x01), got ${hex(byte)}`);
  reader.position = position + 1;
  return byte;
}

const resumeMarker = /* @__PURE__ */ resumeFixed(readMarker, 1);
