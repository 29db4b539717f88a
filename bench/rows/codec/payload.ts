import type { Resolve, Type } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/*
 * The pinned payload: an order as a shop would send it, 600 bytes as JSON; and twelve other types with a value each. A
 * service handles many types with the same code, so the twelve are encoded and decoded before anything is measured: what
 * is fast with one shape alone must not win.
 *
 * Only what all formats can say is used: no 64-bit integers, bytes, maps or `undefined`.
 */

/** A type with a value of it. */
export interface Sample {
  readonly type: Type;
  readonly value: unknown;
}

const wit = `
package bench:codec;

interface types {
  record order {
    order-id: string,
    placed-at: string,
    customer: customer,
    items: list<item>,
    tags: list<string>,
    total: f64,
    currency: string,
    note: option<string>,
    retry-count: u32,
    express: bool,
  }
  record customer { id: u32, name: string, email: string, tier: tier, address: address }
  enum tier { basic, silver, gold }
  record address { street: string, city: string, postal-code: string, country: string }
  record item { sku: string, title: string, quantity: u16, unit-price: f64, taxed: bool }

  record point { x: f64, y: f64 }
  record revision { key: string, version: u32, stale: bool }
  record event { at: u32, level: level }
  enum level { info, warn }
  record member { user: user, roles: list<string> }
  record user { id: u32, nick: string }
  record measures { a: s16, b: s32, c: u16, d: f32, e: char, f: u8 }
  record endpoint { host: string, port: u16 }
  variant place { point(tuple<s32, s32>), name(string) }
  flags access { read, write, execute }
  type names = list<string>;
  type events = list<event>;
  type triple = tuple<u8, string, bool>;
  type maybe-endpoint = option<endpoint>;
  type outcome = result<u32, string>;
}
`;

export const resolve: Resolve = parseWit(wit);

const named = resolve.interfaces.find((item) => item.name === "types")?.types ?? {};

function sample(name: string, value: unknown): Sample {
  const type = named[name];
  if (type === undefined) throw new RangeError(`no type ${name}`);
  return { type, value };
}

/** What is measured. */
export const payload: Sample = sample("order", {
  orderId: "ord-2026-0048213",
  placedAt: "2026-11-21T09:41:07.512Z",
  customer: {
    id: 918273,
    name: "Margarethe Holloway",
    email: "m.holloway@example.com",
    tier: "gold",
    address: { street: "17 Lindenstrasse", city: "Freiburg", postalCode: "79098", country: "DE" },
  },
  items: [
    { sku: "KB-1044", title: "Mechanical keyboard", quantity: 1, unitPrice: 129.95, taxed: true },
    { sku: "CB-0021", title: "USB-C cable 2 m", quantity: 3, unitPrice: 9.5, taxed: true },
  ],
  tags: ["web", "returning", "gift"],
  total: 158.45,
  currency: "EUR",
  note: "leave with the neighbour on the left side",
  retryCount: 2,
  express: false,
});

/** What else passes through the same code. */
export const warmers: readonly Sample[] = [
  sample("names", ["a", "bb", "ccc"]),
  sample("triple", [7, "seven", true]),
  sample("point", { x: 1.5, y: -2.25 }),
  sample("revision", { key: "k", version: 300, stale: false }),
  sample("events", [{ at: 70000, level: "warn" }]),
  sample("place", { tag: "name", val: "origin" }),
  sample("outcome", { tag: "err", val: "not found" }),
  sample("member", { user: { id: 5, nick: "ada" }, roles: ["admin", "dev"] }),
  sample("access", { read: true, write: false, execute: true }),
  sample("measures", { a: -300, b: -70000, c: 65535, d: 0.5, e: "x", f: 9 }),
  sample("maybe-endpoint", { host: "localhost", port: 8080 }),
  sample("tier", "silver"),
];
