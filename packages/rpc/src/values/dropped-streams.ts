import type { Stream } from "@witwire/wit/values";

const dropped = new FinalizationRegistry<{ cancel(): void }>((source) => source.cancel());

/**
 * Cancels a stream's source once nobody can read the stream any more. Leaving a loop or `cancel` is how a consumer should
 * end a stream; one that merely forgets it would otherwise hold the call, and its connection, for ever.
 */
export function cancelWhenDropped<S extends Stream<unknown, unknown>>(stream: S, source: { cancel(): void }): S {
  dropped.register(stream, source);
  return stream;
}
