import type { TypeId } from "../model/types.ts";
import type { Id } from "./ast.ts";
import { errorAt } from "./errors.ts";

/** What a name within an interface or world stands for. */
export type Named = { readonly type: TypeId } | { readonly function: true };

/** The names of an interface, or the types of a world, in the order in which they are defined. */
export type Scope = Map<string, Named>;

/** Refuses names that are equal but for upper and lower case, as WIT does within one scope. */
export class UniqueNames {
  readonly #seen = new Map<string, string>();
  readonly #scope: string;

  /** `scope` completes the sentence "… is defined twice in …". */
  constructor(scope: string) {
    this.#scope = scope;
  }

  add({ name, place }: Id): void {
    const folded = name.toLowerCase();
    const known = this.#seen.get(folded);
    if (known === name) throw errorAt(place, `"${name}" is defined twice in ${this.#scope}; rename one of them`);
    if (known !== undefined) {
      throw errorAt(
        place,
        `"${name}" and "${known}" differ only in upper and lower case, which does not tell them apart in ${this.#scope}; rename one of them`,
      );
    }
    this.#seen.set(folded, name);
  }
}
