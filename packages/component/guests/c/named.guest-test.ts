/**
 * Ten signatures in C, with canonical ABI glue written by hand, called by our engine. Run by `npm run test:c-guests`,
 * apart from the other tests, because it needs clang.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile, type Imports } from "@witwire/component";
import { WitError } from "@witwire/wit/values";
import { wrapModule } from "../../src/testing/guest-builder.ts";
import { compileC } from "./compile.ts";

interface Person {
  readonly name: string;
  readonly age: number;
  readonly tags: readonly string[];
}

type Function = (...args: unknown[]) => unknown;
interface Guest extends Disposable {
  readonly exports: { readonly "guests:named/api": Readonly<Record<string, Function>> };
}

const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const logged: [level: number, message: string][] = [];
const imports: Imports = {
  "guests:named/host": {
    greeting: async ({ name, age, tags }: Person) => `hello ${name} (${age}): ${tags.join(" and ")}`,
    log: (level: number, message: string) => {
      logged.push([level, message]);
    },
  },
};

let guest: Guest;

before(async () => {
  const core = await compileC(local("named.c"));
  const component = await compile(await wrapModule(await readFile(local("named.wit"), "utf8"), "named", core));
  guest = await component.instantiate<Guest["exports"]>(imports);
});

after(() => guest[Symbol.dispose]());

const call = async (name: string, ...args: unknown[]): Promise<unknown> =>
  (guest.exports["guests:named/api"][name] as Function)(...args);

test("add: func(a: s32, b: s32) -> s32", async () => {
  assert.equal(await call("add", 40, 2), 42);
  assert.equal(await call("add", 2 ** 31 - 1, 1), -(2 ** 31));
});

test("scale: func(by: f32, points: list<point>) -> list<point>", async () => {
  const points = [
    { x: 1, y: -2 },
    { x: 0.5, y: 1e300 },
  ];
  assert.deepEqual(await call("scale", 2, points), [
    { x: 2, y: -4 },
    { x: 1, y: 2e300 },
  ]);
  assert.deepEqual(await call("scale", 2, []), []);
  // 160 kB: more than two pages.
  const many = Array.from({ length: 10_000 }, (_, index) => ({ x: index, y: -index }));
  assert.deepEqual(
    await call("scale", 0.5, many),
    many.map(({ x, y }) => ({ x: x / 2, y: y / 2 })),
  );
});

test("reverse: func(text: string) -> string", async () => {
  assert.equal(await call("reverse", "aé€🚩"), "🚩€éa");
  assert.equal(await call("reverse", ""), "");
  const long = "nöt a pálindrome 🚩".repeat(10_000);
  assert.equal(await call("reverse", long), [...long].reverse().join(""));
});

test("sum: func(values: list<u64>) -> u64", async () => {
  assert.equal(await call("sum", BigUint64Array.of(2n ** 63n, 2n ** 63n - 1n)), 2n ** 64n - 1n);
  assert.equal(await call("sum", [1n, 2n]), 3n);
});

test("divide: func(a: s64, b: s64) -> result<s64, string>, with a log in between", async () => {
  assert.equal(await call("divide", -7n, 2n), -3n);
  await assert.rejects(call("divide", 1n, 0n), (error) => {
    assert.ok(error instanceof WitError);
    assert.equal(error.payload, "division by zero");
    return true;
  });
  assert.deepEqual(logged, [[3, "division by zero"]]);
});

test("area: func(of: shape) -> option<f64>", async () => {
  assert.equal(await call("area", { tag: "circle", val: 2 }), 12);
  const square = [
    { x: 0, y: 0 },
    { x: 3, y: 0 },
    { x: 3, y: 3 },
    { x: 0, y: 3 },
  ];
  assert.equal(await call("area", { tag: "polygon", val: square }), 9);
  assert.equal(await call("area", { tag: "label", val: "flat" }), undefined);
  assert.equal(await call("area", { tag: "nothing" }), undefined);
});

test("raise: func(current: level) -> option<level>", async () => {
  assert.equal(await call("raise", "low"), "middle");
  assert.equal(await call("raise", "high"), undefined);
});

test("toggle: func(rights: rights, all: bool) -> rights", async () => {
  const rights = { read: true, write: false, execute: true };
  assert.deepEqual(await call("toggle", rights, true), { read: false, write: true, execute: false });
  assert.deepEqual(await call("toggle", rights, false), { read: false, write: false, execute: true });
});

test("introduce: func(who: person) -> result<string, u32>, through an import that awaits", async () => {
  const person = { name: "Ada", age: 36, tags: ["poet", "🧮"] };
  assert.equal(await call("introduce", person), "hello Ada (36): poet and 🧮");
  await assert.rejects(call("introduce", { ...person, age: 15 }), (error) => (error as WitError).payload === 3);
});

test("digits: func of 17 parameters -> tuple<string, u32, char>", async () => {
  const digits = Array.from({ length: 16 }, (_, index) => index);
  assert.deepEqual(await call("digits", ...digits, "🚩"), ["0123456789012345", 120, "🚩"]);
});
