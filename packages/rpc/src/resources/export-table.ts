import { disposeResource } from "./dispose-resource.ts";

/** A resource of this side that the peer can reach by a number. */
export interface Exported {
  readonly number: number;
  /** Key of its type. */
  readonly type: string;
  value: object;
  /** - `giving`: its number is in bytes that have not left; `given`: the peer holds it; `lent`: for one call */
  state: "giving" | "given" | "lent";
  /** The call of the peer that was answered with it, if it is all of an answer. */
  answers?: number;
}

/**
 * The resources of this side that the peer of a connection can reach. Every giving and lending makes a new number, so
 * there is nothing to count but how many numbers an object has been given out under: it is disposed of with the last.
 */
export class ExportTable {
  readonly #entries = new Map<number, Exported>();
  readonly #owners = new Map<object, number>();
  readonly #answers = new Map<number, Exported>();
  #last = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The number that was used last; 0 for none. */
  get last(): number {
    return this.#last;
  }

  get(number: number): Exported | undefined {
    return this.#entries.get(number);
  }

  add(type: string, value: object, state: "giving" | "lent"): Exported {
    const entry: Exported = { number: ++this.#last, type, value, state };
    this.#entries.set(entry.number, entry);
    if (state !== "lent") this.#own(value, 1);
    return entry;
  }

  /** A call of the peer was answered with it. */
  answered(call: number, entry: Exported): void {
    entry.answers = call;
    this.#answers.set(call, entry);
  }

  /** What a call was answered with, as long as the peer holds it. */
  answerOf(call: number): Exported | undefined {
    return this.#answers.get(call);
  }

  /** Another object takes the place of the one that was given out. */
  replace(entry: Exported, value: object): void {
    this.#own(entry.value, -1);
    entry.value = value;
    this.#own(value, 1);
  }

  /** Takes a number away and leaves the object alone. */
  take(entry: Exported): void {
    if (!this.#entries.delete(entry.number)) return;
    if (entry.answers !== undefined) this.#answers.delete(entry.answers);
    if (entry.state !== "lent") this.#own(entry.value, -1);
  }

  /** Takes a number away and, if it was the last one, disposes of the object. */
  release(entry: Exported): void {
    this.take(entry);
    if (entry.state !== "lent") this.disposeUnowned(entry.value);
  }

  /** Disposes of an object that has come home to nobody, unless the peer still holds it under another number. */
  disposeUnowned(value: object): void {
    if (!this.#owners.has(value)) disposeResource(value);
  }

  /** Takes all numbers of an object away; `false` where it has none. */
  free(value: object): boolean {
    if (!this.#owners.has(value)) return false;
    for (const entry of [...this.#entries.values()]) if (entry.value === value) this.take(entry);
    return true;
  }

  /** Disposes of everything. */
  clear(): void {
    for (const entry of [...this.#entries.values()]) this.release(entry);
  }

  #own(value: object, more: 1 | -1): void {
    const count = (this.#owners.get(value) ?? 0) + more;
    if (count === 0) this.#owners.delete(value);
    else this.#owners.set(value, count);
  }
}
