import { RpcError } from "@witwire/rpc";
import { encodeMetadata } from "@witwire/rpc/internal";
import type { Metadata } from "@witwire/wit/values";

/** Headers of a message. */
export type Headers = readonly (readonly [name: string, value: string])[];

const encoder = new TextEncoder();

/**
 * Metadata as headers of a call; `undefined` when there is none.
 *
 * @throws RpcError `invalid-argument` for what headers cannot carry as it is
 */
export function toHeaders(metadata: Metadata): Headers | undefined {
  if (encodeMetadata(metadata) === undefined) return undefined;
  const entries = Object.entries(metadata);
  for (const [key, value] of entries) {
    if (key.includes(":")) throw invalid(`the metadata key "${key}" has a colon`);
    if (/[\r\n]/.test(value) || value.trim() !== value) {
      throw invalid(`the metadata "${key}" has a line end, or white space at one of its ends`);
    }
  }
  return entries;
}

/** Headers of a call as metadata: names in lower case, several values of one with commas between them. */
export function toMetadata(headers: Iterable<readonly [name: string, value: string]>): Metadata {
  // An object literal would take "__proto__" for something else.
  const metadata: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    metadata[key] = metadata[key] === undefined ? value : `${metadata[key]}, ${value}`;
  }
  return metadata;
}

/** Bytes that headers take of a message. */
export function headerBytes(headers: Headers | undefined): number {
  if (headers === undefined) return 0;
  return headers.reduce(
    (sum, [name, value]) => sum + encoder.encode(`${name}: ${value}\r\n`).length,
    "NATS/1.0\r\n\r\n".length,
  );
}

function invalid(what: string): RpcError {
  return new RpcError("invalid-argument", `${what}, which a header of NATS cannot have`, { started: "no" });
}
