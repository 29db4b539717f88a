// The world `library`, run by QuickJS. Exercises resources in both directions, results, and imports that await.
import host from "guests:library/host";

const { Shelf } = host;

class Catalogue {
  constructor(name) {
    this.name = name;
    this.titles = [];
  }

  add(title) {
    if (title === "") throw { tag: "refused", val: "a title must not be empty" };
    if (this.titles.includes(title)) throw { tag: "nothing" };
    return this.titles.push(title);
  }

  summary() {
    const byLength = [...this.titles].sort((a, b) => b.length - a.length);
    return { label: this.name, titles: this.titles, longest: byLength[0] ?? null };
  }

  same(other) {
    return other.name === this.name && other.titles.join() === this.titles.join();
  }

  static open(names) {
    return names.map((name) => new Catalogue(name));
  }
}

function outcomeOf(action) {
  try {
    return { tag: "stored", val: action() };
  } catch (error) {
    return { tag: "refused", val: String(error?.payload ?? error) };
  }
}

export const api = {
  Catalogue,
  stock: (shelf, titles) => [shelf, titles.map((title) => outcomeOf(() => shelf.put(title)))],
  makeShelf: (label) => new Shelf(label),
  divide: (one) => host.split(one),
  labels: (shelves) => shelves.map((shelf) => shelf.label()),
  enter: (entries) => {
    for (const { catalogue, title } of entries) catalogue.add(title);
    return entries.length;
  },
  download: (title) => {
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
  long: (a, b) => [a, b],
  elapsed: () => {
    const start = host.now();
    return host.now() - start;
  },
};

export const shout = (text) => `${text.toUpperCase()}!`;
