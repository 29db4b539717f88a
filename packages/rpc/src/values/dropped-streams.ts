import type { Stream } from "@witwire/wit/values";

/** Where a stream comes from. */
interface Source {
  cancel(): void;
}

const dropped = new FinalizationRegistry<Source>((source) => source.cancel());

/**
 * Cancels a stream's source once nobody can read the stream any more. Leaving a loop or `cancel` is how a consumer should
 * end a stream; one that merely forgets it would otherwise hold the call, and its connection, for ever.
 *
 * Until {@link endedWithoutDrop} the source must not lead to the stream, or both are kept for ever.
 */
export function cancelWhenDropped(stream: Stream<unknown, unknown>, source: Source): void {
  dropped.register(stream, source, source);
}

/**
 * The source is over, so there is nothing left to cancel. From then on it may lead to the stream, as it does by the error of
 * a call that ended while somebody read or left the stream: errors know the objects on the stack that they were made on.
 */
export function endedWithoutDrop(source: Source): void {
  dropped.unregister(source);
}
