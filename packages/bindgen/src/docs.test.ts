import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseWit } from "@witwire/wit/text";
import { generateTypeScript } from "./generate.ts";

test("docs/bindgen.md shows what is generated", () => {
  const text = readFileSync(new URL("../../../docs/bindgen.md", import.meta.url), "utf8");
  const blocks = new Map(
    [...text.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms)].map(([, file = "", code = ""]) => [file, code]),
  );
  const generated = new Map(
    generateTypeScript(parseWit(blocks.get("notes.wit") ?? "")).map((file) => [file.path, file.text]),
  );
  for (const path of ["demo/notes/notes.ts", "model.ts"]) {
    assert.equal(blocks.get(`generated/${path}`), generated.get(path), path);
  }
});
