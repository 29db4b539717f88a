import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseWit } from "@witwire/wit/text";
import { generateTypeScript } from "./generate.ts";

const folder = new URL("../testdata/", import.meta.url);

/** Written by `witwire bindgen packages/bindgen/testdata/rich.wit --guest --out packages/bindgen/testdata/rich`. */
const golden = new URL("rich/", folder);

test("everything that WIT can say becomes what is kept in testdata", () => {
  const resolve = parseWit(readFileSync(new URL("rich.wit", folder), "utf8"));
  const files = generateTypeScript(resolve, { guest: 0 });
  const kept = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  assert.deepEqual(files.map(({ path }) => path).sort(), kept.sort());
  for (const { path, text } of files) assert.equal(text, readFileSync(new URL(path, golden), "utf8"), path);
});
