import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the demo prints what docs/demo.txt shows", async () => {
  const check = fileURLToPath(new URL("../../scripts/check-demo.ts", import.meta.url));
  await promisify(execFile)(process.execPath, [check]);
});

test("examples/demo/generated is what `witwire bindgen examples/demo/wit --out examples/demo/generated` writes", async () => {
  const witwire = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
  const [wit, out] = ["wit", "generated"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  await promisify(execFile)(process.execPath, [witwire, "bindgen", `${wit}`, "--out", `${out}`, "--check"]);
});
