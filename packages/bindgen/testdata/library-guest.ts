/** A component of the world `library`, in TypeScript. What it must not do is for the compiler. */
import type { ApiGuest, CatalogueClass } from "books:library/api@0.1.0";
import type { Refusal, Shelf } from "books:library/host@0.1.0";
import host from "books:library/host@0.1.0";
import type { LibraryGuest } from "books:library/library@0.1.0";

class OwnCatalogue {
  readonly #name: string;
  readonly #titles: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  add(title: string): number {
    // What WIT calls an error is thrown as it is.
    if (title === "") throw `${this.#name} takes no book without a title`;
    return this.#titles.push(title);
  }

  summary(): { titles: string[]; longest: string | null; letters: number; sizes: number[] } {
    const sizes = this.#titles.map((title) => title.length);
    const longest = this.#titles.find((title) => title.length === Math.max(...sizes)) ?? null;
    return { titles: this.#titles, longest, letters: sizes.reduce((sum, size) => sum + size, 0), sizes };
  }
}

const Catalogue: CatalogueClass = OwnCatalogue;

export const api: ApiGuest = {
  Catalogue,
  fill(shelf: Shelf, titles): readonly [Shelf, readonly Refusal[]] {
    const refusals: Refusal[] = [];
    for (const title of titles) {
      try {
        log(`${shelf.label()} holds ${shelf.put(title)}`);
      } catch (error) {
        refusals.push((error as { readonly payload: Refusal }).payload);
      }
    }
    return [shelf, refusals];
  },
};

export const shout: LibraryGuest["shout"] = (text) => `${text.toUpperCase()}!`;

({ api, shout }) satisfies LibraryGuest;

/** Never called. */
export function mistakes(): void {
  // @ts-expect-error a shelf has a label
  new host.Shelf();
  // @ts-expect-error it takes a string
  log(5);
  // @ts-expect-error there is no such case
  const refusal: Refusal = { tag: "lost" };
  // @ts-expect-error it answers with something else
  const wrong: LibraryGuest["shout"] = () => 5;
  // @ts-expect-error a function is missing
  const incomplete: ApiGuest = { Catalogue };
  void [refusal, wrong, incomplete];
}
