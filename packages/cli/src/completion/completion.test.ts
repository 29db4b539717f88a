import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Listener, listen } from "@witwire/node";
import { createServer, type Server } from "@witwire/rpc";
import { findInterface, findWorld } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { runWith } from "../testing/run-with.ts";

const contract = parseWit(`
package a:b@1.0.0;
interface greeting { hello: func(name: string) -> string; help: func(); }
world w { export ready: func() -> bool; }
`);

describe("completion", () => {
  let server: Server;
  let listener: Listener;

  before(async () => {
    server = createServer({ onFailure: () => {} });
    server.serve(findInterface(contract, "greeting"), { hello: () => "hello", help: () => {} });
    server.serve(findWorld(contract, "w"), { ready: () => true });
    listener = await listen(server, "tcp://[::1]:0");
  });

  after(async () => {
    await listener.close();
    await server.close({ grace: 0 });
  });

  const complete = async (...words: string[]): Promise<string[]> => {
    const { code, out, error } = await runWith(["complete", "--", ...words]);
    assert.deepEqual({ code, error }, { code: 0, error: "" });
    return out.split("\n").slice(0, -1);
  };

  test("knows commands, options and addresses", async () => {
    assert.deepEqual(await complete("c"), ["call", "completion"]);
    assert.ok((await complete("")).includes("serve"));
    assert.deepEqual(await complete("call", "x", "--ti"), ["--timeout"]);
    assert.deepEqual(await complete("health", "--wa"), ["--watch"]);
    assert.deepEqual(await complete("call", "wrpc+t"), ["wrpc+tcp://", "wrpc+tls://"]);
    assert.deepEqual(await complete("call", "e"), ["exec:"]);
    assert.deepEqual(await complete("completion", ""), ["bash", "zsh", "fish"]);
    assert.deepEqual(await complete("nothing", ""), []);
    assert.deepEqual(await complete("serve", ""), [], "files are the shell's to know");
  });

  test("asks servers for what they serve", async () => {
    const { address } = listener;
    assert.deepEqual(await complete("call", address, ""), [
      "greeting.hello(",
      "greeting.help()",
      "ready()",
      "a:b/greeting@1.0.0.hello(",
      "a:b/greeting@1.0.0.help()",
    ]);
    assert.deepEqual(await complete("call", "--timeout", "5s", address, "'a:b/greeting@1.0.0.hel"), [
      "a:b/greeting@1.0.0.hello(",
      "a:b/greeting@1.0.0.help()",
    ]);
    assert.deepEqual(await complete("call", address, "--wit", ""), [], "the value of an option");
    assert.deepEqual(await complete("health", `wrpc+${address}`, "a"), ["a:b/greeting@1.0.0", "a:b/w@1.0.0"]);
    assert.deepEqual(await complete("call", "tcp://[::1]:1", ""), []);
    assert.deepEqual(await complete("call", "nowhere", ""), []);
  });

  test("starts no program to ask it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "witwire-completion-"));
    assert.deepEqual(await complete("call", `exec:touch ${join(folder, "started")}`, ""), []);
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
  });

  const bash = spawnSync("bash", ["--version"]).status === 0;
  test("works in bash", { skip: !bash && "there is no bash" }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "witwire-completion-"));
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const command = join(folder, "witwire");
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    await chmod(command, 0o755);
    const { out } = await runWith(["completion", "bash"]);
    const script = `${out}
      compopt() { :; }
      try() {
        COMP_LINE="$1" COMP_POINT=\${#1} COMPREPLY=()
        _witwire
        printf '%s|' "\${COMPREPLY[@]}"
        echo
      }
      try "witwire cal"
      try "witwire call ${listener.address} gr"
      try "witwire call ${listener.address} a:b/greeting@1.0.0.help"
      try "witwire call ${listener.address} 'greeting.hello"
      try "witwire call tc"
    `;
    const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", script], {
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    });
    assert.deepEqual(stdout.split("\n").slice(0, -1), [
      "call|",
      "greeting.hello\\(|greeting.help\\(\\)|",
      "1.0.0.help\\(\\)|",
      "greeting.hello(|",
      "tcp://|",
    ]);
    await rm(folder, { recursive: true });
  });

  test("has a script for every shell", async () => {
    for (const shell of ["bash", "zsh", "fish"])
      assert.match((await runWith(["completion", shell])).out, /witwire complete --/);
    assert.match(
      (await runWith(["completion", "csh"])).error,
      /there is no completion for "csh"; there is bash, zsh, fish/,
    );
  });
});
