import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Stream } from "@witwire/wit/values";
import type { Person } from "../../session-call/contract.ts";

/** As the client sees it. */
export interface Directory {
  echo(person: Person): Person;
  people(count: number): Stream<Person>;
  bytes(chunks: number): Stream<Uint8Array>;
}

export const directory: ContractRef = findInterface(
  parseWit(`
    package bench:peers@0.1.0;
    interface directory {
      record person {
        id: u32, name: string, email: string, city: string, age: u8, balance: f64, active: bool, tags: list<string>,
      }
      echo: func(person: person) -> person;
      people: func(count: u32) -> stream<person>;
      bytes: func(chunks: u32) -> stream<u8>;
    }
  `),
  "directory",
);
