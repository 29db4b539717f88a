// The world `guest`, run by QuickJS: what server.ts does, apart from streams.
const limit = 100;

/** A number that lives in the component; clients hold a handle to it. */
class Counter {
  #value: number;

  constructor(start: number) {
    this.#value = start;
  }

  add(amount: number): number {
    if (this.#value + amount > limit) throw { tag: "limit-reached", val: limit };
    this.#value += amount;
    return this.#value;
  }

  /** Not called in the demo: componentize-qjs 0.4.5 cannot take back a resource of its own guest. */
  static join(left: Counter, right: Counter): Counter {
    return new Counter(left.#value + right.#value);
  }
}

export const handler: { hello(): string } = { hello: () => "hello from a component" };
export const counters: { readonly Counter: typeof Counter } = { Counter };
