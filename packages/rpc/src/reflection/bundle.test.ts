import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The files of which a program begins with something; what it loads later is left out. */
async function bundle(program: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    metafile: true,
    write: false,
    outdir: "out",
    logLevel: "silent",
  });
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement") load(next);
    }
  };
  load(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === "<stdin>") ?? "");
  return [...loaded].flatMap((path) => {
    const parts = Object.entries(metafile.outputs[path]?.inputs ?? {});
    return parts
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([name]) => name.replace(/^.*packages\//, ""));
  });
}

describe("a bundle", () => {
  test("of a client has nothing of reflection and health", async () => {
    const inputs = await bundle('export { createClient, createSessionTransport } from "@witwire/rpc";');
    assert.ok(inputs.includes("rpc/src/client/create-client.ts"));
    const unwanted = inputs.filter((path) =>
      /^rpc\/src\/(reflection|health|server\/create-server)|^wit\/src\/text\//.test(path),
    );
    assert.deepEqual(unwanted, []);
  });

  test("of a server has no printer to begin with, nor what prepares models for it", async () => {
    const inputs = await bundle('export { createServer } from "@witwire/rpc";');
    assert.ok(inputs.includes("rpc/src/reflection/reflection-service.ts"));
    const unwanted = inputs.filter((path) => /^wit\/src\/text\/|contract-texts/.test(path));
    assert.deepEqual(unwanted, []);
  });
});
