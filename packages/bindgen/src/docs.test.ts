import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseWit } from "@witwire/wit/text";
import { generateTypeScript } from "./generate.ts";

for (const { document, lean } of [
  { document: "bindgen.md", lean: false },
  { document: "browsers.md", lean: true },
]) {
  test(`docs/${document} shows what is generated`, () => {
    const text = readFileSync(new URL(`../../../docs/${document}`, import.meta.url), "utf8");
    const blocks = new Map(
      [...text.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms)].map(([, file = "", code = ""]) => [file, code]),
    );
    const generated = generateTypeScript(parseWit(blocks.get("notes.wit") ?? ""), { lean });
    for (const { path, text } of generated) {
      if (path !== "index.ts") assert.equal(blocks.get(`generated/${path}`), text, path);
    }
  });
}
