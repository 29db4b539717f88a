import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Component } from "../../index.ts";
import type { StringEncoding } from "../guest-builder.ts";
import { buildMemoryGuest, imageBase } from "../memory-guest.ts";
import { MemoryImage } from "../memory-image.ts";
import { readList } from "../memory-reader.ts";
import { everyType } from "../test-types.ts";
import { sampleValues, toList } from "../test-values.ts";
import type { Api, Engine } from "./engine.ts";

/** What the engine stores in a guest's memory, and what it reads there, to the byte. */
export function memoryCompliance(engine: Engine): void {
  const types = everyType.map(([, type]) => type);
  const encodings: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];

  for (const encoding of encodings) {
    describe(`a guest's memory, strings as ${encoding}`, () => {
      let component: Component;
      const host = Object.fromEntries(
        types.flatMap((_, index) => [
          [`takeT${index}`, () => {}],
          [`makeT${index}`, () => {}],
        ]),
      );
      before(async () => {
        component = await engine.compile(await buildMemoryGuest(types, encoding));
      });
      const start = async (): Promise<Api & Disposable> => {
        const instance = await component.instantiate({ "test:memory/host": host });
        const api = instance.exports["test:memory/api"] as unknown as Api;
        return { ...api, [Symbol.dispose]: () => instance[Symbol.dispose]() } as Api & Disposable;
      };

      test("holds values of every type as the specification lays them out", async () => {
        using api = await start();
        for (const [index, [title, type]] of everyType.entries()) {
          const values = sampleValues(type, 10);
          const [pointer, length, memory] = await (api[`dumpT${index}`] as Api[string])(toList(type, values));
          assert.equal(length, values.length);
          assert.deepStrictEqual(readList(memory, encoding, type, pointer, length), values, title);
        }
      });

      test("gives values of every type where the specification has them", async () => {
        using api = await start();
        for (const [index, [title, type]] of everyType.entries()) {
          const values = sampleValues(type, 10);
          const image = new MemoryImage(imageBase, encoding);
          const pointer = image.list(type, values);
          await (api.set as Api[string])(image.bytes);
          const lifted = await (api[`listT${index}`] as Api[string])(pointer, values.length);
          assert.deepStrictEqual(lifted, toList(type, values), title);
        }
      });
    });
  }
}
