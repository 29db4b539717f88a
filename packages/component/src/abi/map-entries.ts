/**
 * The entries of a map on its way from one component to another. A JavaScript `Map` would drop those whose key comes
 * twice, which components may see.
 */
export class MapEntries {
  readonly #entries: [unknown, unknown][] = [];

  set(key: unknown, value: unknown): void {
    this.#entries.push([key, value]);
  }

  [Symbol.iterator](): Iterator<[unknown, unknown]> {
    return this.#entries[Symbol.iterator]();
  }
}
