import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { createClient, createServer, isRpcError, type RpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Stream } from "@witwire/wit/values";
import { doomedWit } from "../testing/doomed-wit.ts";
import { parseCommand } from "./command-line.ts";
import { type ConnectProcessOptions, connectProcess, connectStdio, type ProcessTransport } from "./connect-process.ts";
import { listenParent } from "./serve-parent.ts";

const GUARD = { timeout: 60_000 };
const contract = findInterface(parseWit(doomedWit), "doomed");
const script = (name: string): string => new URL(`../testing/${name}.ts`, import.meta.url).pathname;

for (const channel of ["descriptor", "stdio"] as const) {
  describe(`a child called over ${channel}`, () => {
    const start = (habit = "", options: ConnectProcessOptions = {}): ProcessTransport =>
      connectProcess(process.execPath, [script("child-server"), channel, habit], {
        channel,
        onStderr: () => {},
        ...options,
      });

    test("answers while it prints, and ends with the transport", GUARD, async () => {
      const transport = start();
      const client = createClient(contract, transport);
      const [answer, again] = await Promise.all([client.ping?.(), client.ping?.()]);
      assert.equal(answer, `pong ${transport.pid}`);
      assert.equal(again, answer);
      const echoed = (await client.echo?.([Uint8Array.of(1), Uint8Array.of(2)])) as Stream<Uint8Array>;
      assert.deepEqual(Buffer.concat(await Array.fromAsync(echoed)), Buffer.from([1, 2]));
      await transport.close();
      assert.ok(!isAlive(transport.pid));
      assert.deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
    });

    test("dies, and its exit code and last words are in the error", GUARD, async () => {
      const transport = start("dies");
      const client = createClient(contract, transport);
      const error = await failure(client.wait?.());
      assert.deepEqual([error.code, error.started], ["unavailable", "maybe"]);
      assert.match(error.message, /ended with exit code 3.*\n?.*out of luck/s);
      await until(() => transport.state === "idle");
      const later = await failure(client.ping?.());
      assert.deepEqual([later.code, later.started], ["unavailable", "no"]);
      assert.match(later.message, /exit code 3.*option restart/s);
      await transport.close();
    });

    test("is killed during calls and streams, and started again where that was asked for", GUARD, async () => {
      const transport = start("", { restart: true });
      const client = createClient(contract, transport);
      const stream = (await client.endless?.()) as Stream<Uint8Array>;
      const first = transport.pid ?? 0;
      const outcomes = [failure(client.wait?.()), failure(Array.fromAsync(stream))];
      process.kill(first, "SIGKILL");
      for (const error of await Promise.all(outcomes)) {
        assert.equal(error.code, "unavailable");
        assert.match(error.message, /ended by SIGKILL/);
      }
      assert.match(String(await client.ping?.()), /^pong \d+$/);
      assert.notEqual(transport.pid, first);
      await transport.close();
      assert.ok(!isAlive(transport.pid));
    });

    test("does not end by itself, and is made to", GUARD, async () => {
      const transport = start("stays", { grace: 50 });
      await createClient(contract, transport).ping?.();
      await transport.close();
      assert.ok(!isAlive(transport.pid));
    });

    test("is stopped, and found out by asking", GUARD, async () => {
      const limits = { keepaliveInterval: 200, keepaliveTimeout: 200 };
      const transport = start("", { limits, grace: 50 });
      const client = createClient(contract, transport);
      await client.ping?.();
      process.kill(transport.pid ?? 0, "SIGSTOP");
      assert.equal((await failure(client.wait?.())).code, "unavailable");
      await transport.close();
      assert.ok(!isAlive(transport.pid));
    });

    test("ends when its parent is killed", GUARD, async () => {
      const stdio = ["ignore", "pipe", "ignore"] as const;
      const parent = spawn(process.execPath, [script("orphaning-parent"), channel], { stdio: [...stdio] });
      const [line] = (await once(createInterface({ input: parent.stdout as NodeJS.ReadableStream }), "line")) as [
        string,
      ];
      const pid = Number(line.replace("pong ", ""));
      assert.ok(isAlive(pid));
      parent.kill("SIGKILL");
      await until(() => !isAlive(pid));
    });
  });
}

test("a program that does not exist, and one that knows nothing of calls", GUARD, async () => {
  const missing = connectProcess("/nowhere/program");
  const error = await failure(createClient(contract, missing).ping?.());
  assert.deepEqual([error.code, error.started, error.retryable], ["unavailable", "no", false]);
  assert.match(error.message, /cannot start the process \/nowhere\/program: there is no such program/);
  await missing.close();
  const foreign = connectProcess(process.execPath, ["-e", "console.error('who?')"], { onStderr: () => {} });
  assert.match((await failure(createClient(contract, foreign).ping?.())).message, /ended with exit code 0.*who\?/s);
  await foreign.close();
});

test("a child that somebody else has started, for as long as its streams last", GUARD, async () => {
  const child: ChildProcess = spawn(process.execPath, [script("child-server"), "stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const transport = connectStdio(child);
  const client = createClient(contract, transport);
  assert.equal(await client.ping?.(), `pong ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await until(() => transport.state !== "ready");
  assert.match((await failure(client.ping?.())).message, /used up/);
  await transport.close();
});

test("a process that nobody calls says so", () => {
  assert.throws(() => listenParent(createServer()), /has to be started by connectProcess/);
});

test("commands are parted at blanks, unless quotes hold them together", () => {
  assert.deepEqual(parseCommand(" node  'a b'.ts --x=\"c 'd'\" ''"), ["node", "a b.ts", "--x=c 'd'", ""]);
  assert.throws(() => parseCommand("node 'a"), /without its end/);
  assert.throws(() => parseCommand("  "), /needs a command/);
});

async function failure(outcome: Promise<unknown> | undefined): Promise<RpcError> {
  const error = await outcome?.then(
    (value) => assert.fail(`it succeeded with ${String(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(isRpcError(error), String(error));
  return error;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
