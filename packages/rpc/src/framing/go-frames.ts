import type { StreamCodec, ValueCodec } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { Path } from "../transport/invocation.ts";
import { encodeFrame } from "./frame-encoder.ts";

/*
 * Frames for peers on the Go runtime, see Compat. Its reader takes up to 4096 bytes from the connection at a time, and
 * a frame's data in one go from what it has taken. What reaches it within one such window arrives whole; what lies across
 * the end of a window is lost without an error. The window begins wherever the last read ended, so only what fits into
 * one window from its first byte on is safe however fast or slow the peer reads.
 */

/** Data per frame: with a head in front it is still one segment of TCP on an ordinary network. */
const FRAME_BYTES = 1024;

/** What the Go reader holds. */
const WINDOW_BYTES = 4096;

/**
 * The frames for some bytes on a path, to be written one by one.
 *
 * @param codec what encoded the bytes; without it they cannot be cut
 * @throws RpcError `resource-exhausted` when the peer would not read them as they were sent; nothing was written then
 */
export function encodeGoFrames(
  path: Path,
  data: Uint8Array,
  codec: ValueCodec | StreamCodec | undefined,
  preface?: Uint8Array,
): Uint8Array[] {
  const pieces = codec?.split?.(data, FRAME_BYTES) ?? [data];
  for (const piece of pieces) {
    if (piece.length > FRAME_BYTES) throw pieceTooLarge(piece.length, codec?.split !== undefined);
  }
  const frames = pieces.flatMap((piece, index) => encodeFrame(path, piece, index === 0 ? preface : undefined));
  const total = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (total > WINDOW_BYTES && !isStream(codec)) throw valueTooLarge(total);
  return frames;
}

function isStream(codec: ValueCodec | StreamCodec | undefined): boolean {
  return codec !== undefined && !("decode" in codec);
}

function pieceTooLarge(bytes: number, divisible: boolean): RpcError {
  const what = divisible ? `a string or handle of ${bytes} bytes` : `${bytes} bytes that cannot be cut between values`;
  return new RpcError(
    "resource-exhausted",
    `${what} is more than a frame to a Go peer can safely carry (${FRAME_BYTES}), and such a peer cannot read it from ` +
      `several: pass it in parts, as list<u8> or as stream<u8>, or connect without compat: "go" if the peer is another one`,
    { started: "no" },
  );
}

function valueTooLarge(bytes: number): RpcError {
  return new RpcError(
    "resource-exhausted",
    `the value takes ${bytes} bytes with what goes before it, but a Go peer silently corrupts more than ${WINDOW_BYTES} ` +
      `at once: pass it in several calls or as a stream, or connect without compat: "go" if the peer is another one`,
    { started: "no" },
  );
}
