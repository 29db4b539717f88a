import type { Path } from "../transport/invocation.ts";
import { sizeOfU32, writeU32 } from "./leb128.ts";

/** Data per frame that we send at most; safe for every known peer. */
const FRAME_BYTES = 64 * 1024;

/** Frames up to this size are copied behind their head, so that they leave as one piece. */
const JOIN_BYTES = 2048;

/**
 * The chunks to send for some bytes on a path: one frame, or several where they are many. `preface` goes in front, in
 * the same first chunk.
 */
export function encodeFrames(path: Path, data: Uint8Array, preface?: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  do {
    const part = offset === 0 && data.length <= FRAME_BYTES ? data : data.subarray(offset, offset + FRAME_BYTES);
    encodeFrame(chunks, path, part, offset === 0 ? preface : undefined);
    offset += part.length;
  } while (offset < data.length);
  return chunks;
}

function encodeFrame(chunks: Uint8Array[], path: Path, data: Uint8Array, preface: Uint8Array | undefined): void {
  let headSize = (preface?.length ?? 0) + sizeOfU32(path.length) + sizeOfU32(data.length);
  for (const index of path) headSize += sizeOfU32(index);
  const join = data.length <= JOIN_BYTES;
  const head = new Uint8Array(join ? headSize + data.length : headSize);
  let at = 0;
  if (preface !== undefined) {
    head.set(preface);
    at = preface.length;
  }
  at = writeU32(head, at, path.length);
  for (const index of path) at = writeU32(head, at, index);
  at = writeU32(head, at, data.length);
  if (join) head.set(data, at);
  chunks.push(head);
  if (!join) chunks.push(data);
}
