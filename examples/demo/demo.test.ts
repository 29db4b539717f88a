import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the demo prints what docs/demo.txt shows", async () => {
  const check = fileURLToPath(new URL("../../scripts/check-demo.ts", import.meta.url));
  await promisify(execFile)(process.execPath, [check]);
});
