/**
 * A process that turns sources into components, with wasm-tools as jco brings it along (a WebAssembly component) and with
 * componentize-qjs. One panic makes wasm-tools unusable, so all this lives in a process of its own, which ends after a
 * failure; see `guest-builder.ts` for the side that asks. Reads and writes one JSON text per line.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { componentEmbed, componentNew, parse, print } from "@bytecodealliance/jco-transpile/wasm-tools";
import { componentize } from "componentize-qjs";
import { transform } from "esbuild";
import type { GuestAnswer, GuestRecipe } from "./guest-builder.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await build(JSON.parse(line) as GuestRecipe);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (answer.tag === "failed") process.exit(0);
}

async function build(recipe: GuestRecipe): Promise<GuestAnswer> {
  try {
    return { tag: "built", base64: Buffer.from(await make(recipe)).toString("base64") };
  } catch (error) {
    const payload = typeof error === "object" && error !== null && "payload" in error ? error.payload : undefined;
    return { tag: "failed", message: String(payload ?? (error instanceof Error ? error.stack : error)) };
  }
}

async function make(recipe: GuestRecipe): Promise<Uint8Array> {
  switch (recipe.tag) {
    case "text":
      return parse(recipe.wat);
    case "print":
      return Buffer.from(await print(Buffer.from(recipe.base64, "base64")));
    case "wit": {
      const core = "wat" in recipe ? await parse(recipe.wat) : Buffer.from(recipe.base64, "base64");
      const embedded = await componentEmbed({
        binary: core,
        witSource: recipe.wit,
        world: recipe.world,
        stringEncoding: recipe.encoding === "latin1+utf16" ? "compact-utf16" : recipe.encoding,
        features: { tag: "all" },
      });
      return componentNew(embedded, []);
    }
    case "quickjs":
      return makeQuickJs(recipe);
  }
}

/** Takes WIT from a file only. */
async function makeQuickJs(recipe: Extract<GuestRecipe, { tag: "quickjs" }>): Promise<Uint8Array> {
  const { wit, world, source, wasi } = recipe;
  const folder = await mkdtemp(join(tmpdir(), "witwire-guest-"));
  try {
    const witPath = join(folder, "guest.wit");
    await writeFile(witPath, wit);
    const { code: jsSource } = await transform(source, { loader: "ts", target: "es2023" });
    const { component } = await componentize({ witPath, world, jsSource, stubWasi: wasi !== true, sync: true });
    return component;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
