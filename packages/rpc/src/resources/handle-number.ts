import { Writer } from "@witwire/codec";
import { readVarint, writeVarint } from "../framing/varint.ts";

/** Where the resource lives that a handle in a value means. */
export const HandleKind = { sender: 0, receiver: 1, answer: 2 } as const;

/** A handle as one number: that of the resource, and its {@link HandleKind}. */
export function handleOf(number: number, kind: number): number {
  return 4 * number + kind;
}

export function kindOf(handle: number): number {
  return handle % 4;
}

export function numberOf(handle: number): number {
  return Math.floor(handle / 4);
}

/** A handle as values hold it. */
export function encodeHandle(handle: number): Uint8Array {
  const writer = new Writer(8);
  writeVarint(writer, handle);
  return writer.take();
}

/** `undefined` for bytes that are no handle. */
export const decodeHandle: (bytes: Uint8Array) => number | undefined = readVarint;
