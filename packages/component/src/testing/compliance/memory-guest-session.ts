import assert from "node:assert/strict";
import type { Component, ComponentInstance, EngineLimits } from "../../index.ts";
import { ComponentError } from "../../index.ts";
import type { StringEncoding } from "../guest-builder.ts";
import { buildMemoryGuest, imageBase } from "../memory-guest.ts";
import { MemoryImage } from "../memory-image.ts";
import type { TestType } from "../test-type.ts";
import type { Api, Engine } from "./engine.ts";

/** Types under names, and the guest for them that shows its memory. */
export class MemoryGuest {
  readonly #types: readonly (readonly [name: string, type: TestType])[];
  readonly #encoding: StringEncoding;
  readonly #engine: Engine;
  readonly #limits: Partial<EngineLimits>;
  #component: Component | undefined;

  constructor(
    engine: Engine,
    encoding: StringEncoding,
    types: Readonly<Record<string, TestType>>,
    limits: Partial<EngineLimits> = {},
  ) {
    this.#engine = engine;
    this.#limits = limits;
    this.#encoding = encoding;
    this.#types = Object.entries(types);
  }

  /** A new instance, whose imports `make-…` answer with the given values. */
  async start(made: Readonly<Record<string, unknown>> = {}): Promise<MemorySession> {
    const types = this.#types.map(([, type]) => type);
    this.#component ??= await this.#engine.compile(await buildMemoryGuest(types, this.#encoding), {
      limits: this.#limits,
    });
    const taken: unknown[] = [];
    const host = Object.fromEntries(
      this.#types.flatMap(([name], index) => [
        [`takeT${index}`, (value: unknown) => void taken.push(value)],
        [`makeT${index}`, () => made[name]],
      ]),
    );
    const instance = await this.#component.instantiate({ "test:memory/host": host });
    const session = new MemorySession(instance, this.#encoding, this.#types, taken);
    // The memory has its final size from here on.
    await session.set([0]);
    return session;
  }

  /** Runs a call that must trap, on an instance of its own, and sees that nothing is possible with that afterwards. */
  async traps(title: string, body: (session: MemorySession) => Promise<unknown>, message?: RegExp): Promise<void> {
    using session = await this.start();
    await assert.rejects(body(session), trap(message), `${title} must trap`);
    assert.equal(session.instance.state, "poisoned", title);
    await assert.rejects(session.set([1]), trap(), `${title}: the instance must take no further call`);
  }
}

/** Whether an error is the trap that is expected. */
export function trap(message: RegExp = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ComponentError, `expected a ComponentError, got ${error}`);
    assert.equal(error.code, "trap", String(error));
    assert.match(error.message, message);
    return true;
  };
}

export class MemorySession implements Disposable {
  readonly instance: ComponentInstance;
  /** What was given to the imports `take-…`. */
  readonly taken: readonly unknown[];
  readonly #api: Api;
  readonly #encoding: StringEncoding;
  readonly #types: readonly (readonly [name: string, type: TestType])[];

  constructor(
    instance: ComponentInstance,
    encoding: StringEncoding,
    types: readonly (readonly [name: string, type: TestType])[],
    taken: readonly unknown[],
  ) {
    this.instance = instance;
    this.taken = taken;
    this.#api = instance.exports["test:memory/api"] as unknown as Api;
    this.#encoding = encoding;
    this.#types = types;
  }

  [Symbol.dispose](): void {
    this.instance[Symbol.dispose]();
  }

  /** Puts bytes at {@link imageBase}. */
  async set(bytes: ArrayLike<number>): Promise<void> {
    await (this.#api.set as Api[string])(Uint8Array.from(bytes));
  }

  /** Size of the guest's memory in bytes. */
  get memoryBytes(): number {
    return this.instance.stats().memoryBytes;
  }

  /** Calls the guest's function for a type: `lift`, `load`, `list`, `give`, `return`, `dump`. */
  call(action: string, name: string, ...args: unknown[]): Promise<unknown> {
    const index = this.#types.findIndex(([known]) => known === name);
    return (this.#api[`${action}T${index}`] as Api[string])(...args);
  }

  /** The value of a type whose bytes in memory are these, read as an element of a list. */
  async element(name: string, bytes: ArrayLike<number>): Promise<unknown> {
    await this.set(bytes);
    const [value] = (await this.call("list", name, imageBase, 1)) as unknown[];
    return value;
  }

  /** A string of these bytes, and so many code units. */
  async string(bytes: ArrayLike<number>, units: number): Promise<unknown> {
    const image = new MemoryImage(imageBase, this.#encoding);
    image.allocate(1, 8 + bytes.length);
    image.poke(imageBase, new Uint8Array(Uint32Array.of(imageBase + 8, units).buffer));
    image.poke(imageBase + 8, bytes);
    await this.set(image.bytes);
    return this.call("load", "string", imageBase);
  }

  /** A string or list with this pointer and length. */
  async slice(name: string, pointer: number, length: number): Promise<unknown> {
    await this.set(new Uint8Array(Uint32Array.of(pointer, length).buffer));
    return this.call("load", name, imageBase);
  }
}
