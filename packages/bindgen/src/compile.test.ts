import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWit, resolveWit } from "@witwire/wit/text";
import fc from "fast-check";
import { features, readInputs } from "../../wit/src/testing/test-data.ts";
import { type GeneratedFile, generateTypeScript } from "./generate.ts";
import { GeneratedCode } from "./testing/compile-generated.ts";
import { randomPackage } from "./testing/random-wit.ts";

/** Packages of random types in one run of the compiler. */
const randomPackages = 40;

test("what is generated for any valid WIT compiles, and is formatted", async () => {
  const parts = new Map<string, GeneratedFile[]>();
  for (const { name, source } of readInputs("valid")) {
    const { resolve } = resolveWit(source, { features });
    parts.set(name, generateTypeScript(resolve));
  }
  await using code = await GeneratedCode.write("corpus", parts);
  assert.equal(await code.compile(), "");
  // Types as deep as nobody writes them are broken elsewhere than Biome would.
  assert.equal(await code.checkFormat("deep-types"), "");
});

test("what is generated for random types with awkward names compiles", async () => {
  const seed = Date.now() % 2 ** 31;
  const texts = fc.sample(randomPackage, { numRuns: randomPackages, seed });
  const parts = new Map(texts.map((text, index) => [`random-${index}`, generateTypeScript(parseWit(text))]));
  await using code = await GeneratedCode.write("random", parts);
  const problems = await code.compile();
  const failing = /random-(\d+)/.exec(problems)?.[1];
  assert.equal(problems, "", `seed ${seed}: ${failing === undefined ? "" : texts[Number(failing)]}`);
});

test("the same model gives the same text, and it imports nothing but the contract's own packages", () => {
  for (const { source } of readInputs("valid")) {
    const once = generateTypeScript(resolveWit(source, { features }).resolve);
    const again = generateTypeScript(resolveWit(source, { features }).resolve);
    assert.deepEqual(once, again);
    for (const { text } of once) {
      for (const [, module] of text.matchAll(/ from "([^"]+)";$/gm)) {
        assert.match(module ?? "", /^(\.{1,2}\/|@witwire\/wit\/(model|values)$)/);
      }
    }
  }
});
