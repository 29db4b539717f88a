import { bytesSent } from "@witwire/wit/values";
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
  if (data.length <= FRAME_BYTES) return encodeFrame(path, data, preface);
  const chunks: Uint8Array[] = [];
  const { length } = data;
  for (let offset = 0; offset < length; offset += FRAME_BYTES) {
    const part = data.subarray(offset, offset + FRAME_BYTES);
    chunks.push(...encodeFrame(path, part, offset === 0 ? preface : undefined));
  }
  return chunks;
}

/** The chunks of one frame: a single one up to 2 KiB of data. */
export function encodeFrame(path: Path, data: Uint8Array, preface: Uint8Array | undefined): Uint8Array[] {
  const writer = borrowWriter();
  if (preface !== undefined) writer.bytes(preface);
  writer.u32(path.length);
  for (const index of path) writer.u32(index);
  writer.u32(data.length);
  const join = data.length <= JOIN_BYTES;
  if (join) {
    writer.bytes(data);
    bytesSent(data);
  }
  const head = writer.take();
  returnWriter(writer);
  return join ? [head] : [head, data];
}
