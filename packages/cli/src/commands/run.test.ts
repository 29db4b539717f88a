import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { buildWorld } from "../../../component/src/testing/guest-builder.ts";
import { serverBytes } from "../../../host/src/testing/guests.ts";

const wit = `
package test:run;
interface backend { status: func() -> u8; }
world command {
  import backend;
  import wasi:cli/exit@0.2.3;
  import wasi:cli/environment@0.2.3;
  export wasi:cli/run@0.2.3;
}
package wasi:cli@0.2.3 {
  interface run { run: func() -> result; }
  interface exit { exit: func(status: result); @unstable(feature = cli-exit-with-code) exit-with-code: func(status-code: u8); }
  interface environment { get-arguments: func() -> list<string>; get-environment: func() -> list<tuple<string, string>>; }
}
`;

/**
 * Asks the backend: 0 is ok, 1 is err, 2 is the number of arguments and variables as an exit code, 3 a trap, and
 * anything else an exit code.
 */
const command = `(module
  (import "test:run/backend" "status" (func $status (result i32)))
  (import "wasi:cli/exit@0.2.3" "exit-with-code" (func $exit (param i32)))
  (import "wasi:cli/environment@0.2.3" "get-arguments" (func $arguments (param i32)))
  (import "wasi:cli/environment@0.2.3" "get-environment" (func $environment (param i32)))
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8)))))
  (func (export "wasi:cli/run@0.2.3#run") (result i32)
    (local $status i32)
    (local.set $status (call $status))
    (if (i32.lt_u (local.get $status) (i32.const 2)) (then (return (local.get $status))))
    (if (i32.eq (local.get $status) (i32.const 3)) (then unreachable))
    (if (i32.eq (local.get $status) (i32.const 2))
      (then
        (call $arguments (i32.const 0))
        (call $environment (i32.const 8))
        (local.set $status (i32.add (i32.mul (i32.load (i32.const 4)) (i32.const 10)) (i32.load (i32.const 12))))))
    (call $exit (local.get $status))
    unreachable))`;

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

describe("witwire run", () => {
  let folder = "";
  let path = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "witwire-run-"));
    path = join(folder, "command.wasm");
    await writeFile(path, await buildWorld(wit, "command", command));
  });

  after(() => rm(folder, { recursive: true }));

  test("ends with the exit code of the command, which gets its arguments and variables", async () => {
    let status: number | "hang" = 0;
    const server = createServer({ onFailure: () => {} });
    server.serve(findInterface(parseWit("package test:run; interface backend { status: func() -> u8; }"), "backend"), {
      status: () => (status === "hang" ? new Promise(() => {}) : status),
    });
    const listener = await listen(server, "wrpc+tcp://[::1]:0");
    const run = (...args: string[]): Promise<Ended> => runCommand(path, "--import", listener.address, ...args);
    assert.deepEqual(await run(), { code: 0, error: "" });
    status = 1;
    assert.deepEqual(await run(), { code: 1, error: "" });
    status = 42;
    assert.deepEqual(await run(), { code: 42, error: "" });
    status = 2;
    const { code } = await run("--env", "A=1", "--env", "B=2=3", "--", "--import", "x", "-v");
    assert.equal(code, 42, "four arguments, the name among them, and two variables");
    status = 3;
    const trapped = await run();
    assert.equal(trapped.code, 1);
    assert.match(trapped.error, /^witwire: wasi:cli\/run@0\.2\.3#run trapped: unreachable \[trap\]\n$/);
    status = "hang";
    const late = await run("--timeout", "100ms");
    assert.equal(late.code, 1);
    assert.match(late.error, /the import test:run\/backend#status failed: .*took longer than 100 ms \[trap\]\n$/);
    await listener.close();
    await server.close({ grace: 0 });
  });

  test("explains what it cannot run", async () => {
    const missing = await runCommand(path);
    assert.equal(missing.code, 2);
    assert.match(missing.error, /import "test:run\/backend" is missing.*--import test:run\/backend=/);
    const library = join(folder, "library.wasm");
    await writeFile(library, await serverBytes());
    const noCommand = await runCommand(library);
    assert.equal(noCommand.code, 2);
    assert.match(noCommand.error, /no command: it exports test:host\/handler.*`witwire serve .*library\.wasm`/);
  });
});

interface Ended {
  readonly code: number | null;
  readonly error: string;
}

async function runCommand(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, "run", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let error = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, error };
}
