import { RpcTarget } from "capnweb";
import type { Person } from "../../session-call/person.ts";
import { chunks, people } from "../streamed.ts";

export class Directory extends RpcTarget {
  echo(person: Person): Person {
    return person;
  }

  people(count: number): ReadableStream<Person> {
    return ReadableStream.from(people(count));
  }

  bytes(count: number): ReadableStream<Uint8Array> {
    return ReadableStream.from(chunks(count));
  }
}
