import { type Resolve, type Type, typeDef } from "@witwire/wit/model";
import { isStream } from "@witwire/wit/values";
import { parseWave, printWave } from "@witwire/wit/wave";

/** A value as canonical WAVE text, once its streams have ended and its futures resolved; streams as lists. */
export async function canonicalText(resolve: Resolve, type: Type, value: unknown): Promise<string> {
  return print(resolve, type, await settle(value));
}

/** The canonical form of a WAVE text. */
export async function canonicalForm(resolve: Resolve, type: Type, text: string): Promise<string> {
  return canonicalText(resolve, type, parseWave(resolve, type, text));
}

/** All streams and futures inside a value at the same time: peers send them in any order. */
async function settle(value: unknown): Promise<unknown> {
  if (value instanceof Promise) return settle(await value);
  if (isStream(value)) {
    const chunks: unknown[][] = [];
    for await (const chunk of value.chunks()) chunks.push(Array.from(chunk as ArrayLike<unknown>));
    return Promise.all(chunks.flat().map(settle));
  }
  // Other than arrays, only scalars and records are left, and no record of the suite has a stream.
  return Array.isArray(value) ? Promise.all(value.map(settle)) : value;
}

function print(resolve: Resolve, type: Type, value: unknown): string {
  const opaque = (kind: string, at: Type, inner: unknown): string => {
    const payload = payloadOf(resolve, at);
    if (kind === "future") return print(resolve, payload, inner);
    const items = (inner as ArrayLike<unknown>[]).flatMap((item) =>
      payload === "u8" ? Array.from(bytes(item)) : [item],
    );
    return `[${items.map((item) => print(resolve, payload, item)).join(", ")}]`;
  };
  return printWave(resolve, type, value, { opaque });
}

/** A ready `stream<u8>` has chunks, one that was received its bytes. */
function bytes(item: unknown): ArrayLike<unknown> {
  return item instanceof Uint8Array ? item : [item];
}

function payloadOf(resolve: Resolve, type: Type): Type {
  const kind = typeof type === "string" ? undefined : typeDef(resolve, type).kind;
  if (kind?.tag === "alias") return payloadOf(resolve, kind.type);
  if ((kind?.tag === "stream" || kind?.tag === "future") && kind.type !== undefined) return kind.type;
  throw new TypeError("expected a stream or a future with a payload");
}
