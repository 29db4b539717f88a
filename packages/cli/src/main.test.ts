import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { version } from "./version.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const execute = promisify(execFile);

test("prints its version", async () => {
  for (const option of ["--version", "-v"]) {
    const { stdout } = await execute(process.execPath, [main, option]);
    assert.equal(stdout, `${version}\n`);
  }
});

test("passes its exit code to the shell", async () => {
  await assert.rejects(execute(process.execPath, [main, "wit", "/nowhere"]), { code: 2 });
});

test("ends quietly when its reader leaves", async () => {
  const wit = fileURLToPath(new URL("../../../examples/demo/wit", import.meta.url));
  const child = spawn(process.execPath, [main, "wit", wit], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const errors: string[] = [];
  child.stderr.on("data", (text) => errors.push(String(text)));
  await once(child, "close");
  assert.deepEqual(errors, []);
});
