import { type Person, person } from "../session-call/person.ts";

/** Bytes of one chunk. */
export const CHUNK_BYTES: number = 64 * 1024;

/** What servers stream: the record of the calls under numbers that count up. */
export function* people(count: number): Generator<Person, void, undefined> {
  for (let id = 0; id < count; id++) yield { ...person, id };
}

/** The same for chunks of bytes, each filled with its number. */
export function* chunks(count: number): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let number = 0; number < count; number++) yield new Uint8Array(CHUNK_BYTES).fill(number);
}
