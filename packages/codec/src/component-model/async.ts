import type { ValueCodec } from "../codec.ts";
import type { CompiledType, Effects, Read, Resume } from "./compiled-type.ts";
import { effectsAt } from "./effects.ts";
import { readUnsigned, resumeUnsigned } from "./leb128.ts";
import { around } from "./lists.ts";
import { resumeFixed, zeroOrOneReader } from "./scalars.ts";
import type { ComponentStreamCodec } from "./stream-codec.ts";

/*
 * A stream or future inside a value is a marker, 0, and its elements follow on a channel of their own. A peer may also
 * send them in place of the marker; this side never does, since not every peer can read that.
 */

/** The element of a `stream` without a type, and the payload of such a `future`: nothing at all. */
export const unitType: CompiledType = {
  write() {},
  read: () => undefined,
  *resume() {},
  explain: () => undefined,
  minBytes: 0,
};

/** The effects of a stream or future. @param inside those of what it carries */
function hereAnd(inside: Effects | undefined): Effects {
  const here = effectsAt([[]]);
  return inside === undefined ? here : here.and(inside);
}

/** `stream<T>`: 0, or 1 and the elements as a list, which are all that there are. */
export function streamType(codec: ComponentStreamCodec): CompiledType {
  const { effects } = around(codec.element);
  const read: Read = (reader, lifting) =>
    readStreamMarker(reader) === 0
      ? lifting.stream(codec)
      : lifting.stream(codec, codec.readReady(reader, readUnsigned(reader), lifting));
  const resume: Resume = function* (input) {
    if ((yield* resumeStreamMarker(input)) === 0) return input.lifting.stream(codec);
    return input.lifting.stream(codec, yield* codec.resumeReady(input, yield* resumeUnsigned(input)));
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
    effects: hereAnd(effects),
  };
}

/** `future<T>`: 0, or 1 and the value. */
export function futureType(payload: CompiledType, codec: ValueCodec | undefined): CompiledType {
  const read: Read = (reader, lifting) =>
    readFutureMarker(reader) === 0
      ? lifting.future(codec)
      : lifting.future(codec, { value: payload.read(reader, lifting) });
  const resume: Resume = function* (input) {
    if ((yield* resumeFutureMarker(input)) === 0) return input.lifting.future(codec);
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
    effects: hereAnd(payload.effects),
  };
}

const readStreamMarker = /* @__PURE__ */ zeroOrOneReader("a stream");
const resumeStreamMarker = /* @__PURE__ */ resumeFixed(readStreamMarker, 1);
const readFutureMarker = /* @__PURE__ */ zeroOrOneReader("a future");
const resumeFutureMarker = /* @__PURE__ */ resumeFixed(readFutureMarker, 1);
