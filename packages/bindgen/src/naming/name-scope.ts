import { reservedWords } from "./reserved.ts";

/** The names of one scope: each is given once, with underscores behind it where it was taken. */
export class NameScope {
  readonly #taken = new Set<string>();

  declare(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name) || reservedWords.has(name)) name += "_";
    this.#taken.add(name);
    return name;
  }
}
