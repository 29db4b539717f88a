import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateTypeScript } from "@witwire/bindgen";
import { parseWit } from "@witwire/wit/text";

/** Written by `witwire bindgen scripts/size/page/notes.wit --lean --out scripts/size/page/generated`. */
test("the pages that are weighed have what is generated today", () => {
  const wit = readFileSync(new URL("notes.wit", import.meta.url), "utf8");
  for (const { path, text } of generateTypeScript(parseWit(wit), { lean: true })) {
    assert.equal(readFileSync(new URL(`generated/${path}`, import.meta.url), "utf8"), text, path);
  }
});
