/** What an {@link IdTable} holds. */
export interface Identified {
  readonly id: number;
}

/**
 * The invocations of a connection by their numbers: a hash table with open addressing. A `Map` would leave a table full of
 * deleted entries behind whenever it has seen enough of them, which with calls that come and go thousands of times a
 * second is work for the garbage collector; numbers that grow by two need no hashing to spread well.
 */
export class IdTable<T extends Identified> {
  #slots: (T | undefined)[] = new Array<T | undefined>(16).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const slots = this.#slots;
    for (let slot = this.#home(id); ; slot = this.#next(slot)) {
      const member = slots[slot];
      if (member === undefined || member.id === id) return member;
    }
  }

  /** Adds a member whose number is not in use. */
  add(member: T): void {
    if (2 * this.#size >= this.#slots.length) this.#resize(2 * this.#slots.length);
    this.#insert(member);
    this.#size++;
  }

  delete(member: T): void {
    let slot = this.#home(member.id);
    for (; this.#slots[slot] !== member; slot = this.#next(slot)) if (this.#slots[slot] === undefined) return;
    this.#size--;
    this.#slots[slot] = undefined;
    this.#closeGap(slot);
    if (this.#slots.length > 64 && 16 * this.#size < this.#slots.length) this.#resize(this.#slots.length / 4);
  }

  /** The members of this moment. */
  snapshot(): T[] {
    return this.#slots.filter((member) => member !== undefined);
  }

  /** Moves members that had to give way to the one that has gone. */
  #closeGap(gap: number): void {
    let free = gap;
    for (let slot = this.#next(gap); ; slot = this.#next(slot)) {
      const member = this.#slots[slot];
      if (member === undefined) return;
      const home = this.#home(member.id);
      const stays = free <= slot ? free < home && home <= slot : free < home || home <= slot;
      if (stays) continue;
      this.#slots[free] = member;
      this.#slots[slot] = undefined;
      free = slot;
    }
  }

  #insert(member: T): void {
    let slot = this.#home(member.id);
    while (this.#slots[slot] !== undefined) slot = this.#next(slot);
    this.#slots[slot] = member;
  }

  #resize(length: number): void {
    const members = this.snapshot();
    this.#slots = new Array<T | undefined>(length).fill(undefined);
    for (const member of members) this.#insert(member);
  }

  /** Numbers of both sides share the table, odd ones and even ones. */
  #home(id: number): number {
    return (id >>> 0) & (this.#slots.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }
}
