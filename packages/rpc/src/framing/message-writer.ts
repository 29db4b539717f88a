import { Writer } from "@witwire/codec";

/** Writers that nobody uses now. A writer keeps one allocation for many small messages, so it pays to use it again. */
const idle: Writer[] = [];

const MAX_IDLE = 4;

/** A writer that once held a large message holds on to what is left of its memory, and is better forgotten. */
const MAX_KEPT_BYTES = 16 * 1024;

/**
 * Lends a writer, empty. Take its bytes before it goes back with {@link returnWriter}. Encoders may run application code
 * (getters, resources) that makes calls of its own, which is why there can be several.
 */
export function borrowWriter(): Writer {
  return idle.pop() ?? new Writer();
}

export function returnWriter(writer: Writer): void {
  if (idle.length < MAX_IDLE && writer.position === 0 && writer.buffer.buffer.byteLength <= MAX_KEPT_BYTES)
    idle.push(writer);
}
