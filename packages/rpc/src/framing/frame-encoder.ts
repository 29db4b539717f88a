import type { Path } from "../transport/invocation.ts";
import { borrowWriter, returnWriter } from "./message-writer.ts";

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
  const writer = borrowWriter();
  if (preface !== undefined) writer.bytes(preface);
  writer.u32(path.length);
  for (const index of path) writer.u32(index);
  writer.u32(data.length);
  if (data.length <= JOIN_BYTES) {
    writer.bytes(data);
    chunks.push(writer.take());
  } else chunks.push(writer.take(), data);
  returnWriter(writer);
}
