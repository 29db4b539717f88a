import type { Lowering, ValueCodec, Writer } from "@witwire/codec";
import type { Invocation, Path } from "../transport/invocation.ts";
import type { ValueLifting } from "./incoming-value.ts";

function refuse(): never {
  throw new TypeError("a codec without effects asked for one");
}

/** For codecs that hold neither handles nor streams nor futures, so that nothing is allocated for them. */
export const noEffects: Lowering & ValueLifting = {
  path: [],
  sharesPath: false,
  own: refuse,
  borrow: refuse,
  stream: refuse,
  future: refuse,
  commit() {},
};

/**
 * Encodes and writes a value without handles, streams and futures; at the root also where it has no bytes.
 *
 * @returns whether the peer keeps up
 * @throws ValueError, or what the transport throws of it, before anything is written
 */
export function writePlainValue(
  invocation: Invocation,
  path: Path,
  writer: Writer,
  codec: ValueCodec,
  value: unknown,
): boolean {
  codec.encode(writer, value, noEffects);
  return (writer.position === 0 && path.length > 0) || invocation.write(path, writer.take(), codec);
}
