import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../workspace.ts";
import { assembleKernel, kernelModule } from "./assemble.ts";

test("the kernel's bytes in the repository are those of its text", async () => {
  const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
  const binary = kernelModule.print(await assembleKernel(read(kernelModule.source)));
  assert.equal(read(kernelModule.binary), binary, "run npx node scripts/leb128-kernel.ts");
});
