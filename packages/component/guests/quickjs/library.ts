// The world `library`, run by QuickJS. Exercises resources in both directions, results, and imports that await.
import host, { type Shelf } from "guests:library/host";

type Outcome =
  | { readonly tag: "stored"; readonly val: number }
  | { readonly tag: "refused"; readonly val: string }
  | { readonly tag: "nothing" };

class Catalogue {
  readonly name: string;
  readonly titles: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  add(title: string): number {
    if (title === "") throw { tag: "refused", val: "a title must not be empty" } satisfies Outcome;
    if (this.titles.includes(title)) throw { tag: "nothing" } satisfies Outcome;
    return this.titles.push(title);
  }

  summary(): { label: string; titles: string[]; longest: string | null } {
    const byLength = [...this.titles].sort((a, b) => b.length - a.length);
    return { label: this.name, titles: this.titles, longest: byLength[0] ?? null };
  }

  same(other: Catalogue): boolean {
    return other.name === this.name && other.titles.join() === this.titles.join();
  }

  static open(names: string[]): Catalogue[] {
    return names.map((name) => new Catalogue(name));
  }
}

interface Entry {
  readonly catalogue: Catalogue;
  readonly title: string;
}

function outcomeOf(action: () => number): Outcome {
  try {
    return { tag: "stored", val: action() };
  } catch (error) {
    return { tag: "refused", val: String((error as { payload?: string }).payload ?? error) };
  }
}

export const api: Readonly<Record<string, unknown>> = {
  Catalogue,
  stock: (shelf: Shelf, titles: string[]) => [shelf, titles.map((title) => outcomeOf(() => shelf.put(title)))],
  makeShelf: (label: string) => new host.Shelf(label),
  divide: (one: Shelf) => host.split(one),
  labels: (shelves: Shelf[]) => shelves.map((shelf) => shelf.label()),
  enter: (entries: Entry[]) => {
    for (const { catalogue, title } of entries) catalogue.add(title);
    return entries.length;
  },
  download: (title: string) => {
    const bytes = host.fetch(title);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  },
  tryFailing: () => {
    try {
      host.fail();
      return "it did not fail";
    } catch (error) {
      return `swallowed ${error}`;
    }
  },
  throwUp: () => {
    throw new Error("the guest gave up");
  },
  long: (a: bigint, b: bigint) => [a, b],
  elapsed: () => {
    const start = host.now();
    return host.now() - start;
  },
};

export const shout = (text: string): string => `${text.toUpperCase()}!`;
