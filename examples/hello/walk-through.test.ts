import { match, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const run = promisify(execFile);

test("the walk-through prints what docs/hello.txt shows", async () => {
  await run(process.execPath, [main, "--check"]);
});

test("a peer that is not known is refused with those that are", async () => {
  await rejects(run(process.execPath, [main, "--peer", "cobol"]), /there is no peer "cobol"; there is rust, go\n/);
});

test("without its toolchain, a peer fails with where to get it, before anything runs", async () => {
  const cache = await mkdtemp(join(tmpdir(), "witwire-hello-test-"));
  try {
    const env = { PATH: "", XDG_CACHE_HOME: cache };
    const failed = run(process.execPath, [main, "--peer", "go"], { env });
    await rejects(failed, ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => {
      match(stderr, /^the Go peer needs go, which is not on the path; install Go .*\n$/);
      return code === 1 && stdout === "";
    });
  } finally {
    await rm(cache, { recursive: true });
  }
});
