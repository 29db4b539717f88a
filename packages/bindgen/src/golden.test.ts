import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseWit } from "@witwire/wit/text";
import { generateTypeScript } from "./generate.ts";

const folder = new URL("../testdata/", import.meta.url);

/** Written by `witwire bindgen packages/bindgen/testdata/<name>.wit --guest --lean --out packages/bindgen/testdata/<name>`. */
for (const name of ["rich", "library"]) {
  test(`${name}.wit becomes what is kept beside it`, () => {
    const golden = new URL(`${name}/`, folder);
    const resolve = parseWit(readFileSync(new URL(`${name}.wit`, folder), "utf8"));
    const files = generateTypeScript(resolve, { guest: 0, lean: true });
    const kept = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    assert.deepEqual(files.map(({ path }) => path).sort(), kept.map((path) => path.replaceAll("\\", "/")).sort());
    for (const { path, text } of files) assert.equal(text, readFileSync(new URL(path, golden), "utf8"), path);
  });
}
