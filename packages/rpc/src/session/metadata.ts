import { Writer } from "@witwire/codec";
import type { Metadata } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Cursor } from "./cursor.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

const encoder = new TextEncoder();
const none: Metadata = Object.freeze({});

/**
 * Metadata as it is sent; `undefined` when there is none.
 *
 * @throws RpcError `invalid-argument` for keys that are none, or values that are no text
 */
export function encodeMetadata(metadata: Metadata): Uint8Array | undefined {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return undefined;
  const writer = new Writer();
  writer.u32(entries.length);
  for (const [key, value] of entries) {
    if (!/^[!-@[-~]+$/.test(key)) {
      throw invalid(`the metadata key "${key}" should consist of lower-case letters, digits and signs of ASCII`);
    }
    if (typeof value !== "string") throw invalid(`the metadata "${key}" should be a string, not ${typeof value}`);
    for (const text of [key, value]) {
      const bytes = encoder.encode(text);
      writer.u32(bytes.length);
      writer.bytes(bytes);
    }
  }
  return writer.take();
}

function invalid(message: string): RpcError {
  return new RpcError("invalid-argument", message, { started: "no" });
}

/** @throws RpcError `protocol` when it has more than `most` bytes, or is no metadata */
export function readMetadata(cursor: Cursor, most: number): Metadata {
  const begin = cursor.at;
  const count = cursor.varint();
  // An object literal would take "__proto__" for something else.
  const metadata: Record<string, string> = Object.create(null);
  for (let read = 0; read < count; read++) {
    const key = cursor.text("a metadata key", most);
    metadata[key] = cursor.text("a metadata value", most);
    if (cursor.at - begin > most) {
      throw new RpcError("protocol", `metadata exceeds ${most} bytes`);
    }
  }
  return count === 0 ? none : metadata;
}

/** Senders may rely on the default before they know better; what is above the limit and below that fails the call alone. */
export function maxMetadata({ maxMetadataBytes }: Limits): number {
  return Math.max(maxMetadataBytes, DEFAULT_SETTINGS.maxMetadataBytes);
}
