import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** A record of about 200 bytes, as JSON and as values on the wire. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly city: string;
  readonly age: number;
  readonly balance: number;
  readonly active: boolean;
  readonly tags: readonly string[];
}

export interface Directory {
  echo(person: Person): Person;
}

/** The package of {@link directory}, for what is built of it. */
export const directoryWit = `
  package bench:session@0.1.0;
  interface directory {
    record person {
      id: u32, name: string, email: string, city: string, age: u8, balance: f64, active: bool, tags: list<string>,
    }
    echo: func(person: person) -> person;
  }
`;

export const directory: ContractRef = findInterface(parseWit(directoryWit), "directory");

export const person: Person = {
  id: 1_234_567,
  name: "Augusta Ada King, Countess of Lovelace",
  email: "ada.lovelace@analytical-engine.example.org",
  city: "Marylebone, London",
  age: 36,
  balance: 1843.25,
  active: true,
  tags: ["mathematics", "engines", "notes", "poetical science"],
};

/** Whether an echo is what was sent, as far as a look at one field of each kind can tell. */
export function isEcho(echoed: Person): boolean {
  return echoed.id === person.id && echoed.email === person.email && echoed.tags[3] === person.tags[3];
}
