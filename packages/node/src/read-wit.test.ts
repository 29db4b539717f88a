import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findInterface, findWorld } from "@witwire/wit/model";
import { readWit } from "./read-wit.ts";

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];
const section = (id: number, contents: readonly number[]): number[] => [id, contents.length, ...contents];

/** `package d:d; interface d {}` as `wasm-tools component wit --wasm` encodes it. */
const encodedPackage = Uint8Array.of(
  ...preamble,
  ...section(7, [0x01, 0x41, 0x02, 0x01, 0x42, 0x00, 0x04, 0x00, ...text("d:d/d"), 0x05, 0x00]),
  ...section(11, [0x01, 0x00, ...text("d"), 0x03, 0x00, 0x00]),
);

/** A component that imports the function `run: func()`. */
const component = Uint8Array.of(
  ...preamble,
  ...section(7, [0x01, 0x40, 0x00, 0x01, 0x00]),
  ...section(10, [0x01, 0x00, ...text("run"), 0x01, 0x00]),
);

describe("readWit", () => {
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "witwire-read-"));
    await mkdir(join(folder, "wit/deps"), { recursive: true });
    await writeFile(join(folder, "wit/main.wit"), "package a:b;\nworld w { import c:c/c; import d:d/d; }\n");
    await writeFile(join(folder, "wit/deps/c.wit"), "package c:c;\ninterface c {}\n");
    await writeFile(join(folder, "wit/deps/d.wasm"), encodedPackage);
    await writeFile(join(folder, "contract"), component);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  test("reads a folder with dependencies as text and as WebAssembly", async () => {
    const resolve = await readWit(join(folder, "wit"));
    assert.equal(findWorld(resolve, "w").name, "a:b/w");
    assert.equal(findInterface(resolve, "d:d/d").name, "d:d/d");
  });

  test("reads a component and an encoded package, whatever the file is called", async () => {
    const names = findWorld(await readWit(join(folder, "contract")), "root", "imports").functions.map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ["run"]);
    const resolve = await readWit(join(folder, "wit/deps/d.wasm"));
    assert.equal(findInterface(resolve, "d").name, "d:d/d");
  });

  test("refuses a component as a dependency, and a file that only begins like one", async () => {
    await mkdir(join(folder, "other/deps"), { recursive: true });
    await writeFile(join(folder, "other/main.wit"), "package a:b;\n");
    await writeFile(join(folder, "other/deps/tool.wasm"), component);
    await assert.rejects(readWit(join(folder, "other")), /tool\.wasm" is a component; only WIT packages/);
    await writeFile(join(folder, "cut"), component.subarray(0, 20));
    await assert.rejects(readWit(join(folder, "cut")), { name: "ComponentDecodeError" });
  });
});
