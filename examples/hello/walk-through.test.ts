import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the walk-through prints what docs/hello.txt shows", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  await promisify(execFile)(process.execPath, [main, "--check"]);
});
