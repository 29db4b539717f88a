import type { Person } from "./generated/bench/session/directory.ts";

export type { Person };

/** A record of about 200 bytes, as JSON and as values on the wire. */
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
