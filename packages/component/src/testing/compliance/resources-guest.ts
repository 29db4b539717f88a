import { construct } from "@witwire/wit/values";
import type { Component, ComponentInstance } from "../../index.ts";
import { guestOf } from "../guest-files.ts";
import type { Engine, Functions } from "./engine.ts";

/** A resource of the guest. */
export interface Thing extends AsyncDisposable, Disposable {
  get(): Promise<number>;
  add(n: number): Promise<void>;
}

export interface ThingClass {
  [construct](n: number): Promise<Thing>;
  sum(things: readonly Thing[]): Promise<number>;
  fresh(count: number): Promise<Thing[]>;
}

/** What the guest of `resources.wat` exports. */
export type Things = { readonly Thing: ThingClass } & Functions<
  "weigh" | "consume" | "passRecord" | "passOption" | "passVariant" | "passResult" | "destroyed"
>;

export type Raw = Functions<
  | "newThing"
  | "dropThing"
  | "repThing"
  | "giveThing"
  | "giveThings"
  | "newItem"
  | "makeItem"
  | "dropItem"
  | "getItem"
  | "largerItem"
  | "takeItem"
  | "lookItem"
  | "tradeItem"
  | "giveItem"
  | "keepItem"
  | "peek"
  | "peekBoth"
  | "hold"
  | "giveBorrowed"
  | "linger"
  | "pairUp"
  | "churn"
>;

/** What the guest of `resource-user.wat` exports. */
export type Lending = Functions<
  "make" | "read" | "twice" | "pass" | "sum" | "keep" | "kept" | "release" | "giveBorrowed" | "hold" | "churn"
>;

/** The host's side of the guest's imports, with what became of its resources. */
export function makeHost(): { imports: object; dropped: number[]; taken: number[] } {
  const dropped: number[] = [];
  const taken: number[] = [];
  class Item implements Disposable {
    readonly n: number;
    constructor(n: number) {
      this.n = n;
    }
    get(): number {
      return this.n;
    }
    static async larger(a: Item, b: Item): Promise<number> {
      return Math.max(a.n, b.n);
    }
    [Symbol.dispose](): void {
      dropped.push(this.n);
    }
  }
  const host = {
    Item,
    make: async (n: number) => new Item(n + 1_000),
    take: (item: Item) => void taken.push(item.n),
    look: async (item: Item) => item.n * 2,
    trade: (_lent: Item, given: Item) => void taken.push(given.n),
  };
  return { imports: { "test:resources/host": host }, dropped, taken };
}

/** A running guest, and its host. */
export interface Session extends Disposable {
  readonly instance: ComponentInstance;
  readonly things: Things;
  readonly raw: Raw;
  readonly host: ReturnType<typeof makeHost>;
}
/** Starts guests of `resources.wat`, compiled once. */
export function sessions(engine: Engine): () => Promise<Session> {
  let component: Promise<Component> | undefined;
  return async () => {
    component ??= guestOf("resources", "resources", "guest").then((bytes) => engine.compile(bytes));
    const host = makeHost();
    const instance = await (await component).instantiate({ ...host.imports });
    return {
      instance,
      host,
      things: instance.exports["test:resources/things"] as unknown as Things,
      raw: instance.exports["test:resources/raw"] as unknown as Raw,
      [Symbol.dispose]: () => instance[Symbol.dispose](),
    };
  };
}

/** For a caller's value that is no such resource, or is gone. */
export const invalid: { readonly code: string } = { code: "invalid-argument" };
