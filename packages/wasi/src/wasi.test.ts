import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Component, ComponentExit, compile } from "@witwire/component";
import { buildWasiQuickJs } from "../../component/src/testing/guest-builder.ts";
import type { MonotonicClock } from "./clocks/monotonic-clock.ts";
import { createWasi, WASI_VERSION, type Wasi, type WasiOptions } from "./wasi.ts";

interface Program {
  run(task: string, argument: string): Promise<string>;
}

const guests = join(import.meta.dirname, "../guests");

let program: Component;
let outside: string;
let inside: string;

before(async () => {
  const [wit, source] = ["program.wit", "program.js"].map((file) => readFileSync(join(guests, file), "utf8"));
  program = await compile(await buildWasiQuickJs(wit as string, "program", source as string));
});

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "witwire-wasi-"));
  inside = join(outside, "inside");
  mkdirSync(join(inside, "folder"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret");
  writeFileSync(join(inside, "file.txt"), "contents");
});

after(() => {
  rmSync(outside, { recursive: true, force: true });
});

/** Runs one task in an instance of its own, and sees to it that nothing stays behind. */
async function run(task: string, argument = "", options: WasiOptions = {}): Promise<string> {
  await using wasi = createWasi(options);
  using instance = await program.instantiate<Program & object>(wasi.imports);
  const answer = await instance.exports.run(task, argument);
  instance[Symbol.dispose]();
  assertNothingHeld(wasi);
  return answer;
}

function assertNothingHeld({ scope }: Wasi): void {
  const kinds = ["pollables", "streams", "descriptors", "sockets"] as const;
  assert.deepEqual(
    kinds.map((kind) => scope.count(kind)),
    [0, 0, 0, 0],
  );
}

/** Collects what is written. */
function collector(): { readonly write: (bytes: Uint8Array) => void; text(): string } {
  const chunks: Uint8Array[] = [];
  return { write: (bytes) => void chunks.push(bytes), text: () => Buffer.concat(chunks).toString() };
}

/** A clock on which nothing happens between one alarm and the next. */
class HastyClock implements MonotonicClock {
  readonly resolution = 1n;
  #time = 0n;
  readonly #alarms = new Map<() => void, bigint>();

  now(): bigint {
    return this.#time;
  }

  schedule(when: bigint, callback: () => void): () => void {
    this.#alarms.set(callback, when);
    setImmediate(() => this.#goOn());
    return () => this.#alarms.delete(callback);
  }

  #goOn(): void {
    const [next] = [...this.#alarms].sort(([, a], [, b]) => Number(a - b));
    if (next === undefined) return;
    const [callback, when] = next;
    this.#time = when;
    this.#alarms.delete(callback);
    callback();
  }
}

describe("a guest", () => {
  it("gets nothing that was not granted", async () => {
    assert.equal(await run("environment"), JSON.stringify([[], [], null]));
    assert.equal(await run("preopens"), "[]");
    assert.equal(await run("capitals"), "0");
  });

  it("gets arguments, environment and working directory", async () => {
    const options = { args: ["program", "one two"], env: { NAME: "value", EMPTY: "" }, initialCwd: "/data" };
    const expected = [[...Object.entries(options.env)], options.args, "/data"];
    assert.equal(await run("environment", "", options), JSON.stringify(expected));
  });

  it("reads standard input and writes standard output, with all the waiting that takes", async () => {
    const stdin = new PassThrough();
    const stdout = new PassThrough({ highWaterMark: 100 });
    const chunks: Uint8Array[] = [];
    stdout.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    const text = "standard input ".repeat(1_000);
    setImmediate(() => {
      stdin.write(text.slice(0, 100));
      setImmediate(() => stdin.end(text.slice(100)));
    });
    assert.equal(await run("capitals", "", { stdin, stdout }), String(text.length));
    assert.equal(Buffer.concat(chunks).toString(), text.toUpperCase());
    assert.equal(stdout.writableEnded, false);
  });

  it("tells on standard error why it ended", async () => {
    const { write, text } = collector();
    await assert.rejects(run("fail", "the guest gave up", { stderr: write }), { code: "trap" });
    assert.match(text(), /the guest gave up/);
  });

  it("lists, reads and writes a preopened folder", async () => {
    const options = { preopens: { "/": inside } };
    assert.equal(await run("preopens", "", options), '["/"]');
    assert.equal(await run("list", ".", options), "file.txt: regular-file, folder: directory");
    assert.equal(await run("read", "folder/../file.txt", options), "contents");
    assert.equal(await run("write", "folder/new.txt", options), "written by a guest");
    assert.equal(readFileSync(join(inside, "folder", "new.txt"), "utf8"), "written by a guest");
  });

  it("reads a file that is larger than any one answer", async () => {
    const large = "0123456789abcdef".repeat(20_000);
    writeFileSync(join(inside, "large.txt"), large);
    assert.equal(await run("read", "large.txt", { preopens: { "/": inside } }), large);
  });

  it("cannot leave a preopened folder", async () => {
    const options = { preopens: { "/": inside } };
    symlinkSync("../secret.txt", join(inside, "link-out"));
    symlinkSync("..", join(inside, "folder", "up"));
    symlinkSync(outside, join(inside, "absolute"));
    const refused = JSON.stringify(Array(4).fill("not-permitted"));
    for (const path of [
      "../secret.txt",
      "folder/../../secret.txt",
      "/secret.txt",
      join(outside, "secret.txt"),
      "folder/up/../secret.txt",
      "absolute/secret.txt",
    ]) {
      assert.equal(await run("refused", path, options), refused, path);
    }
    assert.equal(await run("link", outside, options), "not-permitted");
    await assert.rejects(run("read", "link-out", options), { code: "trap" });
    assert.deepEqual(readdirSync(outside).sort(), ["inside", "secret.txt"]);
    assert.equal(readFileSync(join(outside, "secret.txt"), "utf8"), "secret");
  });

  it("cannot change what it was granted for reading", async () => {
    const options = { preopens: { "/": { path: inside, readOnly: true } } };
    assert.equal(await run("read", "file.txt", options), "contents");
    const [reading, ...changes] = JSON.parse(await run("refused", "missing.txt", options)) as string[];
    assert.equal(reading, "no-entry");
    assert.deepEqual(changes, ["read-only", "read-only", "read-only"]);
    assert.deepEqual(readdirSync(inside).sort(), ["file.txt", "folder"]);
  });

  it("waits for timers, while everything else goes on", async () => {
    let ticks = 0;
    const interval = setInterval(() => ticks++, 1);
    try {
      assert.equal(await run("timers"), JSON.stringify([[1], true]));
    } finally {
      clearInterval(interval);
    }
    assert.ok(ticks > 0);
  });

  it("lets the event loop run although it never waits", async () => {
    let ended = false;
    let turns = 0;
    const count = (): void => {
      turns++;
      if (!ended) setImmediate(count);
    };
    setImmediate(count);
    await run("busy", "20000", { limits: { maxTurn: 1 } });
    ended = true;
    assert.ok(turns > 1, `${turns} turns`);
  });

  it("goes by the clock that it is given", async () => {
    const monotonicClock = new HastyClock();
    assert.equal(await run("timers", "", { monotonicClock }), JSON.stringify([[1], true]));
    assert.equal(monotonicClock.now(), 20_000_000n);
  });

  it("gets random bytes, those that are injected and no more than the limit", async () => {
    assert.notEqual(await run("random", "1000"), "1");
    assert.equal(await run("random", "1000", { random: (bytes) => bytes.fill(7) }), "1");
    await assert.rejects(run("random", "1001", { limits: { maxRandomBytes: 1000 } }), { code: "trap" });
  });

  it("ends with an exit code", async () => {
    for (const [tag, status] of Object.entries({ ok: 0, err: 1 })) {
      await assert.rejects(run("exit", tag), (error) => error instanceof ComponentExit && error.status === status);
    }
  });

  it("is let go of when its caller gives up while it waits", async () => {
    await using wasi = createWasi({ stdin: new PassThrough() });
    using instance = await program.instantiate(wasi.imports);
    const { run: call } = instance.exports as unknown as {
      run(task: string, argument: string, options: { signal: AbortSignal }): Promise<string>;
    };
    const controller = new AbortController();
    const running = call("capitals", "", { signal: controller.signal });
    setImmediate(() => controller.abort());
    await assert.rejects(running, { code: "cancelled" });
    instance[Symbol.dispose]();
    assertNothingHeld(wasi);
  });
});

describe("createWasi", () => {
  it("names every interface with the newest version", () => {
    using wasi = createWasi();
    for (const name of Object.keys(wasi.imports))
      assert.match(name, new RegExp(`^wasi:[a-z]+/[a-z-]+@${WASI_VERSION}$`));
  });

  it("refuses a preopen that is no folder, and limits that are none", () => {
    const file = join(inside, "file.txt");
    assert.throws(
      () => createWasi({ preopens: { "/": file } }),
      /the preopen "\/" is to be .*file\.txt, which is no folder/,
    );
    assert.throws(() => createWasi({ preopens: { "/": join(inside, "missing") } }), TypeError);
    assert.throws(() => createWasi({ limits: { maxStreams: 0 } }), /maxStreams/);
  });

  it("lets guests without waiting run synchronously", async () => {
    const { write, text } = collector();
    using wasi = createWasi({
      stdout: write,
      stdin: Buffer.from("input"),
      synchronous: true,
      preopens: { "/": inside },
    });
    using instance = program.instantiateSync(wasi.imports);
    const { run: call } = instance.exports as unknown as { run(task: string, argument: string): string };
    assert.equal(call("capitals", ""), "5");
    assert.equal(call("read", "file.txt"), "contents");
    assert.equal(call("write", "file.txt"), "written by a guest");
    assert.equal(text(), "INPUT");
  });
});
