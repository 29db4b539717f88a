import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateTypeScript } from "@witwire/bindgen";
import { parseWit } from "@witwire/wit/text";

/** Written by `witwire bindgen scripts/size/page/notes.wit --lean --out scripts/size/page/generated`, and so on. */
const folders = { notes: "generated", feed: "generated-feed" };

for (const [name, folder] of Object.entries(folders)) {
  test(`the pages that are weighed have what is generated for ${name} today`, () => {
    const wit = readFileSync(new URL(`${name}.wit`, import.meta.url), "utf8");
    for (const { path, text } of generateTypeScript(parseWit(wit), { lean: true })) {
      assert.equal(readFileSync(new URL(`${folder}/${path}`, import.meta.url), "utf8"), text, path);
    }
  });
}
