import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generateTypeScript } from "@witwire/bindgen";
import { parseWit } from "@witwire/wit/text";

/** Beside each is the package that it was written from, by `witwire bindgen <row>/<package>.wit --out <row>/generated`. */
const folders = globSync("rows/**/generated", { cwd: import.meta.dirname, exclude: ["**/node_modules"] });

test("what rows call has its contracts generated today", () => {
  assert.ok(folders.length >= 5, folders.join());
  for (const folder of folders) {
    const [wit = ""] = globSync(join(import.meta.dirname, folder, "../*.wit"));
    for (const { path, text } of generateTypeScript(parseWit(readFileSync(wit, "utf8")))) {
      assert.equal(readFileSync(join(import.meta.dirname, folder, path), "utf8"), text, `${folder}/${path}`);
    }
  }
});
