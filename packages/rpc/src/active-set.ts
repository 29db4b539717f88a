/** A member of an {@link ActiveSet}. */
export interface Active {
  /** Where the member stands in its set; -1 outside. Only the set changes it. */
  slot: number;
}

/**
 * The calls or connections under way. It does what a `Set` does, without what makes a `Set` costly for members that come
 * and go thousands of times a second: a `Set` that has grown full of deleted entries leaves its old table behind, with
 * the members of that moment still in it, and the garbage collector's fast path keeps them all alive for the sake of
 * that table. Here a leaving member's place is taken by the last one, and nothing is left behind.
 */
export class ActiveSet<T extends Active> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    if (member.slot >= 0) return;
    member.slot = this.#members.length;
    this.#members.push(member);
  }

  delete(member: T): void {
    const { slot } = member;
    if (this.#members[slot] !== member) return;
    const last = this.#members.pop() as T;
    if (last !== member) {
      this.#members[slot] = last;
      last.slot = slot;
    }
    member.slot = -1;
  }

  /** The members of this moment. */
  snapshot(): T[] {
    return [...this.#members];
  }
}
