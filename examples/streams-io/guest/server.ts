/** A component that reads bytes while its caller sends them. */
import type { InputStream, StreamError } from "wasi:io/streams@0.2.3";
import type { ServerGuest } from "wrpc-examples:streams-io/server";

const lineBreak = 10;

export const counter: ServerGuest["counter"] = {
  count(data) {
    let count = 0;
    for (const chunk of chunks(data)) count += chunk.length;
    return count;
  },
  firstLine(data) {
    let count = 0;
    for (const chunk of chunks(data)) {
      const end = chunk.indexOf(lineBreak);
      if (end >= 0) return count + end;
      count += chunk.length;
    }
    return count;
  },
};

/** Whoever stops reading drops the stream, and its sender learns of it. */
function* chunks(data: InputStream): Generator<Uint8Array> {
  try {
    for (;;) yield data.blockingRead(65_536);
  } catch (error) {
    const { payload } = error as { readonly payload?: StreamError };
    if (payload?.tag !== "closed") throw error;
  } finally {
    data[Symbol.dispose]();
  }
}
