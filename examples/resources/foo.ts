import type { ResourcesHandler } from "./generated/wrpc-examples/resources/resources.ts";

/** Clients hold handles to objects of this class, which stay here. */
class Foo {
  static #made = 0;
  readonly #name = `foo ${++Foo.#made}`;

  static foo(): Foo {
    return new Foo();
  }

  bar(): string {
    return this.#name;
  }
}

/** An implementation of `wrpc-examples:resources/resources`. */
export const implementation: ResourcesHandler = {
  Foo,
  bar: (foo, context) => foo.bar(context),
};
