/** Small chunks are joined to messages of about this many bytes. */
const JOINED_BYTES = 64 * 1024;

/** Chunks from here on are messages of their own, which saves a copy. */
const LARGE_BYTES = 16 * 1024;

/** Larger messages are not sent, since a receiver has to keep each of them whole. */
export const MAX_MESSAGE_BYTES: number = 1024 * 1024;

/**
 * Makes messages of chunks: small ones are joined, huge ones are cut.
 *
 * @param fresh whether every message needs memory of its own; otherwise it may be that of a chunk
 */
export function toMessages(chunks: readonly Uint8Array[], fresh: boolean): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let bytes = 0;
  const endRun = (): void => {
    if (bytes > 0) messages.push(joined(run, bytes, fresh));
    run = [];
    bytes = 0;
  };
  for (const chunk of chunks) {
    if (chunk.length >= LARGE_BYTES) {
      endRun();
      for (let at = 0; at < chunk.length; at += MAX_MESSAGE_BYTES) {
        const end = at + MAX_MESSAGE_BYTES;
        messages.push(fresh ? chunk.slice(at, end) : chunk.subarray(at, end));
      }
      continue;
    }
    run.push(chunk);
    bytes += chunk.length;
    if (bytes >= JOINED_BYTES) endRun();
  }
  endRun();
  return messages;
}

function joined(run: readonly Uint8Array[], bytes: number, fresh: boolean): Uint8Array {
  const [first] = run;
  if (first !== undefined && run.length === 1 && !fresh) return first;
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of run) {
    message.set(chunk, at);
    at += chunk.length;
  }
  return message;
}
