import type { Person } from "../session-call/person.ts";

/** What each library's client is brought to, so that all of them are driven and checked alike. */
export interface PeerClient {
  /** A call with a record, answered with the same. */
  echo(person: Person): Promise<Person>;
  /** A stream of so many records from the server; absent where the library has none. */
  people?(count: number, each: (person: Person) => void): Promise<void>;
  /** A stream of bytes from the server, in so many chunks; absent where the library has none. */
  bytes?(chunks: number, each: (chunk: Uint8Array) => void): Promise<void>;
  close(): void | Promise<void>;
}

/** What `<peer>/client.ts` exports as `connect`. The address is what `<peer>/server.ts` announced. */
export type ConnectPeer = (address: string) => Promise<PeerClient>;
