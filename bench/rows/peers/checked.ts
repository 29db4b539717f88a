/** What is done with every peer, and what has to come back. */
import { isEcho, type Person, person } from "../session-call/person.ts";
import type { PeerClient } from "./peer-client.ts";
import { CHUNK_BYTES } from "./streamed.ts";

/** One call. @throws Error for another answer */
export async function echo(client: PeerClient): Promise<void> {
  const echoed = await client.echo(person);
  if (!isEcho(echoed)) throw new Error(`the answer was ${JSON.stringify(echoed)}`);
}

/** One stream of so many records. @throws Error unless all of them come, in order */
export async function streamPeople(client: PeerClient, count: number): Promise<void> {
  let received = 0;
  await client.people?.(count, (next: Person) => {
    if (next.id !== received || next.email !== person.email || next.tags[3] !== person.tags[3]) {
      throw new Error(`record ${received} was ${JSON.stringify(next)}`);
    }
    received++;
  });
  if (received !== count) throw new Error(`${received} records came of ${count}`);
}

/** One stream of so many chunks. @throws Error unless all bytes come, in order, however they are cut on the way */
export async function streamBytes(client: PeerClient, count: number): Promise<void> {
  let received = 0;
  const expect = (at: number, byte: number | undefined): void => {
    const due = Math.floor(at / CHUNK_BYTES) & 0xff;
    if (byte !== due) throw new Error(`byte ${at} was ${byte} instead of ${due}`);
  };
  await client.bytes?.(count, (chunk: Uint8Array) => {
    if (chunk.length === 0) return;
    expect(received, chunk[0]);
    received += chunk.length;
    expect(received - 1, chunk[chunk.length - 1]);
  });
  if (received !== count * CHUNK_BYTES) throw new Error(`${received} bytes came of ${count * CHUNK_BYTES}`);
}
