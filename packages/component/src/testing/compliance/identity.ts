import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isWitError, WitError } from "@witwire/wit/values";
import type { StringEncoding } from "../guest-builder.ts";
import {
  buildAnsweringGuest,
  buildAskingGuest,
  buildComposition,
  buildQuickJsAskingGuest,
  identityForms,
  identityName,
} from "../identity-guest.ts";
import { list, type TestType } from "../test-type.ts";
import { everyType } from "../test-types.ts";
import { randomTypes } from "../test-types-random.ts";
import { sampleValues, toList } from "../test-values.ts";
import type { Api, Engine } from "./engine.ts";

const encodings: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];

/** Values of every type come back as they went: as parameter and result, of exports and imports, across components. */
export function identityCompliance(engine: Engine): void {
  const types = everyType.map(([, type]) => type);
  const titles = everyType.map(([title]) => title);

  for (const encoding of encodings) {
    describe(`values of every type, strings as ${encoding}`, () => {
      test("through an export", async () => {
        const component = await engine.compile(await buildAnsweringGuest(types, encoding));
        using instance = await component.instantiate();
        await crossAll(instance.exports["test:identity/inner"] as unknown as Api, types, titles, 12);
      });

      test("through an export and an import", async () => {
        const component = await engine.compile(await buildAskingGuest(types, encoding));
        using instance = await component.instantiate({ "test:identity/inner": echoes(types) });
        await crossAll(instance.exports["test:identity/outer"] as unknown as Api, types, titles, 12);
      });

      for (const other of encodings) {
        test(`from one component to another, whose strings are ${other}`, async () => {
          const component = await engine.compile(await buildComposition(types, encoding, other));
          using instance = await component.instantiate();
          await crossAll(instance.exports["test:identity/outer"] as unknown as Api, types, titles, 4);
        });
      }
    });
  }

  test("values of types that nobody thought of", async () => {
    const random = randomTypes(80, 11);
    const component = await engine.compile(await buildAskingGuest(random, "utf8"));
    using instance = await component.instantiate({ "test:identity/inner": echoes(random) });
    await crossAll(instance.exports["test:identity/outer"] as unknown as Api, random, random.map(String), 5);
  });

  test("values of every type through JavaScript in QuickJS, which has no lists of fixed length, and 53 bits of integers", async () => {
    const known = everyType.filter(([, type]) => !mentions(type, "fixed-list"));
    const some = known.map(([, type]) => type);
    const component = await engine.compile(await buildQuickJsAskingGuest(some));
    using instance = await component.instantiate({ "test:identity/inner": echoes(some) });
    const api = instance.exports["test:identity/outer"] as unknown as Api;
    await crossAll(
      api,
      some,
      known.map(([title]) => title),
      4,
      53,
    );
  });

  test("the exports of one instance are the imports of another", async () => {
    const answering = await engine.compile(await buildAnsweringGuest(types, "utf16"));
    const asking = await engine.compile(await buildAskingGuest(types, "utf8"));
    using inner = await answering.instantiate();
    using outer = await asking.instantiate(inner.exports);
    await crossAll(outer.exports["test:identity/outer"] as unknown as Api, types, titles, 2);
  });

  test("values larger than a page of memory", async () => {
    const large: readonly TestType[] = [list({ tag: "u8" }), { tag: "string" }, list({ tag: "string" })];
    const values = [
      Uint8Array.from({ length: 300_000 }, (_, index) => index * 7),
      "naïve 🚩 text ".repeat(30_000),
      Array.from({ length: 20_000 }, (_, index) => `no. ${index}`),
    ];
    for (const encoding of encodings) {
      const component = await engine.compile(await buildAskingGuest(large, encoding));
      using instance = await component.instantiate({ "test:identity/inner": echoes(large) });
      const api = instance.exports["test:identity/outer"] as unknown as Api;
      for (const [index, type] of large.entries()) await cross(api, type, index, values[index]);
    }
  });
}

async function crossAll(
  api: Api,
  types: readonly TestType[],
  titles: readonly string[],
  count: number,
  longBits = 64,
): Promise<void> {
  for (const [index, type] of types.entries()) {
    for (const value of sampleValues(type, count, longBits)) {
      try {
        await cross(api, type, index, value);
      } catch (error) {
        throw new Error(`${titles[index]}: ${JSON.stringify(type).slice(0, 500)}`, { cause: error });
      }
    }
  }
}

async function cross(api: Api, type: TestType, index: number, value: unknown): Promise<void> {
  const crowd = Array.from({ length: 16 }, (_, at) => at * 16);
  for (const form of identityForms) {
    const call = api[identityName(form, index)] as Api[string];
    if (form === "listed") {
      const values = toList(type, [value, value, value]);
      assert.deepStrictEqual(await call(values), values);
    } else if (form === "crowded") {
      assert.deepStrictEqual(await call(value, ...crowd), [value, ...crowd]);
    } else {
      assert.deepStrictEqual(type.tag === "result" ? await tagged(call(value)) : await call(value), value);
    }
  }
}

/** The outcome of a function as a value of the type `result`. */
async function tagged(outcome: Promise<unknown>): Promise<unknown> {
  try {
    return { tag: "ok", val: await outcome };
  } catch (error) {
    if (!isWitError(error)) throw error;
    return { tag: "err", val: error.payload };
  }
}

/** Implements the interface; every other function takes its time. */
function echoes(types: readonly TestType[]): Record<string, (...args: unknown[]) => unknown> {
  const functions: Record<string, (...args: unknown[]) => unknown> = {};
  for (const [index, type] of types.entries()) {
    for (const form of identityForms) {
      const given = form === "crowded" ? 17 : 1;
      const answer = (args: unknown[]): unknown => {
        assert.equal(args.length, given + 1, "the context comes after the last parameter");
        if (form === "crowded") return args.slice(0, -1);
        return form === "alone" && type.tag === "result" ? untagged(args[0]) : args[0];
      };
      functions[identityName(form, index)] =
        index % 2 === 0 ? (...args) => answer(args) : async (...args) => answer(args);
    }
  }
  return functions;
}

function untagged(value: unknown): unknown {
  const { tag, val } = value as { tag: string; val: unknown };
  if (tag === "err") throw new WitError(val);
  return val;
}

function mentions(type: TestType, tag: TestType["tag"]): boolean {
  if (type.tag === tag) return true;
  return Object.values(type)
    .flat()
    .some((part) => typeof part === "object" && part !== null && mentions(part, tag));
}
