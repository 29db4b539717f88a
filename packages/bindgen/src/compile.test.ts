import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Resolve, WorldId } from "@witwire/wit/model";
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
    const world = resolve.worlds.length > 0 ? { guest: 0 } : {};
    parts.set(name, generateTypeScript(resolve, { ...world, lean: true }));
  }
  await using code = await GeneratedCode.write("corpus", parts);
  // Types as deep as nobody writes them are broken elsewhere than Biome would.
  assert.equal(await code.checkFormat("deep-types"), "");
  // Guests declare modules by the same names.
  assert.equal(await code.compile("**/guest.d.ts"), "");
});

test("what is generated for guests compiles", async () => {
  const parts = new Map<string, GeneratedFile[]>();
  for (const { name, source } of readInputs("valid")) {
    const { resolve } = resolveWit(source, { features });
    for (const world of resolve.worlds.keys()) parts.set(`${name}-${world}`, guestOnly(resolve, world));
  }
  const seed = Date.now() % 2 ** 31;
  for (const [index, text] of fc.sample(randomPackage, { numRuns: randomPackages, seed }).entries()) {
    parts.set(`random-${index}`, guestOnly(parseWit(text), 0));
  }
  await using code = await GeneratedCode.write("guests", parts);
  assert.equal(await code.compile(), "", `seed ${seed}`);
});

/** The declarations for a guest, with names of modules that are its own, so that many guests can be compiled at once. */
function guestOnly(resolve: Resolve, world: WorldId): GeneratedFile[] {
  const unique = `${randomUUID()}/`;
  return generateTypeScript(resolve, { world, guest: world })
    .filter(({ path }) => path.endsWith(".d.ts"))
    .map(({ path, text }) => ({ path, text: text.replace(/(declare module |from |import\()"/g, `$1"${unique}`) }));
}

test("what is generated for random types with awkward names compiles", async () => {
  const seed = Date.now() % 2 ** 31;
  const texts = fc.sample(randomPackage, { numRuns: randomPackages, seed });
  const parts = new Map(
    texts.map((text, index) => [`random-${index}`, generateTypeScript(parseWit(text), { lean: true })]),
  );
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
