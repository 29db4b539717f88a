import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Ran, runWith } from "../testing/run-with.ts";

const contract = `
package test:shop@1.0.0;

interface store {
  get: func(key: string) -> option<string>;
  @unstable(feature = fast)
  get-fast: func(key: string) -> option<string>;
}

world small { export store; }
world large { import store; export run: func(); }
`;

/** A component that imports the function `run: func()`. */
const component = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00, 0x07, 0x05, 0x01, 0x40, 0x00, 0x01, 0x00],
  ...[0x0a, 0x08, 0x01, 0x00, 0x03, 0x72, 0x75, 0x6e, 0x01, 0x00],
);

describe("witwire bindgen", () => {
  let folder = "";
  let wit = "";
  let out = "";
  let count = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "witwire-bindgen-"));
    wit = join(folder, "shop.wit");
    await writeFile(wit, contract);
  });

  beforeEach(() => {
    out = join(folder, `out-${count++}`);
  });

  after(() => rm(folder, { recursive: true }));

  const bindgen = (...args: string[]): Promise<Ran> => runWith(["bindgen", ...args]);
  const files = async (): Promise<string[]> =>
    (await readdir(out, { recursive: true })).filter((path) => path.endsWith(".ts")).sort();

  test("wrote the contracts of reflection and health as they are", async () => {
    const rpc = fileURLToPath(new URL("../../../rpc/src/", import.meta.url));
    for (const name of ["reflection", "health"]) {
      const args = ["bindgen", join(rpc, name, `${name}.wit`), "--out", join(rpc, name, "generated"), "--check"];
      assert.deepEqual(await runWith(args), { code: 0, out: "", error: "" });
    }
  });

  test("writes what is new or has changed, and says so", async () => {
    const first = await bindgen(wit, "--out", out);
    assert.equal(first.code, 0);
    const written = ["index.ts", "model.ts", "test/shop/large.ts", "test/shop/small.ts", "test/shop/store.ts"];
    assert.deepEqual(await files(), written);
    assert.equal(first.out, written.map((path) => `new       ${join(out, path)}\n`).join(""));
    const store = join(out, "test/shop/store.ts");
    await writeFile(store, `${await readFile(store, "utf8")}// edited\n`);
    const again = await bindgen(wit, "--out", out);
    assert.equal(again.out.match(/^unchanged/gm)?.length, 4);
    assert.match(again.out, /^changed {3}.*store\.ts$/m);
    assert.doesNotMatch(await readFile(store, "utf8"), /edited/);
  });

  test("checks without writing", async () => {
    const missing = await bindgen(wit, "--out", out, "--check");
    assert.equal(missing.code, 1);
    assert.match(missing.error, /^witwire: .*index\.ts is missing$/m);
    await assert.rejects(readdir(out));
    await bindgen(wit, "--out", out);
    assert.deepEqual(await bindgen(wit, "--out", out, "--check"), { code: 0, out: "", error: "" });
    const changed = await bindgen(wit, "--out", out, "--features", "fast", "--check");
    assert.equal(changed.code, 1);
    assert.match(changed.error, /store\.ts is out of date/);
    const index = join(out, "index.ts");
    await writeFile(index, (await readFile(index, "utf8")).replaceAll("\n", "\r\n"));
    assert.equal((await bindgen(wit, "--out", out, "--check")).code, 0, "line ends do not matter");
  });

  test("overwrites nothing that it did not write, and then writes nothing at all", async () => {
    await mkdir(out);
    await writeFile(join(out, "index.ts"), "export const mine = 1;\n");
    const { code, error } = await bindgen(wit, "--out", out);
    assert.equal(code, 2);
    assert.match(error, /^witwire: .*index\.ts was not generated; move it, or use another folder\n$/);
    assert.deepEqual(await files(), ["index.ts"]);
  });

  test("removes nothing, but names what is no longer generated", async () => {
    await bindgen(wit, "--out", out);
    await writeFile(join(out, "own.ts"), "export {};\n");
    const fewer = await bindgen(wit, "--world", "small", "--out", out);
    assert.match(fewer.out, /^stale {5}.*large\.ts$/m);
    assert.match(fewer.error, /delete them/);
    assert.deepEqual(
      (await files()).filter((path) => /large|own/.test(path)),
      ["own.ts", "test/shop/large.ts"],
    );
    assert.match((await bindgen(wit, "--world", "small", "--out", out, "--check")).error, /large\.ts is stale/);
  });

  test("takes components, and worlds by name", async () => {
    const path = join(folder, "tool.wasm");
    await writeFile(path, component);
    assert.equal((await bindgen(path, "--guest", "--out", out)).code, 0);
    assert.deepEqual(await files(), ["guest.d.ts", "index.ts", "model.ts", "root/component/root.ts"]);
    assert.match(await readFile(join(out, "guest.d.ts"), "utf8"), /^declare function run\(\): void;$/m);
    const unknown = await bindgen(wit, "--world", "tiny", "--out", out);
    assert.deepEqual([unknown.code, unknown.out], [2, ""]);
    assert.match(unknown.error, /no world "tiny"; there are test:shop\/small@1\.0\.0, test:shop\/large@1\.0\.0/);
    const which = await bindgen(wit, "--guest", "--out", out);
    assert.equal(which.code, 2);
    assert.match(which.error, /say for which world the guest is: --world, one of small, large/);
  });

  test("helps", async () => {
    const { code, out: help } = await bindgen("--help");
    assert.equal(code, 0);
    assert.match(help, /USAGE witwire bindgen/);
    assert.match(help, /EXAMPLES/);
    assert.equal((await bindgen(wit)).code, 2);
  });
});
