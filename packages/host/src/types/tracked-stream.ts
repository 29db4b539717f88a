import { Stream } from "@witwire/wit/values";

/** A stream, and when nothing more will be taken out of it. */
export function tracked(inner: Stream<Uint8Array, Uint8Array>): [Stream<Uint8Array, Uint8Array>, Promise<void>] {
  const { promise, resolve } = Promise.withResolvers<void>();
  const outer = new Stream<Uint8Array, Uint8Array>({
    async next() {
      try {
        const chunk = await inner.nextChunk();
        if (chunk === undefined) resolve();
        return chunk;
      } catch (error) {
        resolve();
        throw error;
      }
    },
    cancel(reason) {
      inner.cancel(reason);
      resolve();
    },
  });
  return [outer, promise];
}
