import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { connect, listen } from "@witwire/node";
import { createClient, createServer, type DynamicClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { buildQuickJs } from "../../../component/src/testing/guest-builder.ts";
import { guestWit, serverBytes, workerBytes } from "../../../host/src/testing/guests.ts";
import { run } from "../run.ts";
import type { Terminal } from "../terminal.ts";
import { runWith } from "../testing/run-with.ts";

const contract = parseWit(guestWit);

/** `witwire serve` while it runs. */
interface Serving {
  readonly address: string;
  readonly lines: string[];
  /** Interrupts it. @returns its exit code */
  stop(): Promise<number>;
  /** Interrupts it again. */
  insist(): void;
}

describe("witwire serve", () => {
  let folder = "";
  let server = "";
  let worker = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "witwire-serve-"));
    server = join(folder, "server.wasm");
    worker = join(folder, "worker.wasm");
    await writeFile(server, await serverBytes());
    await writeFile(worker, await workerBytes());
  });

  after(() => rm(folder, { recursive: true }));

  test("says what it serves, serves it, logs calls, and ends when it is told to", async () => {
    const serving = await serve(server);
    assert.deepEqual(serving.lines, [
      "serving instance function test:host/handler.hello",
      "serving root function shout",
      `listening on ${serving.address}`,
      `  and for sessions on ${serving.address.replace("wrpc+", "")}`,
    ]);
    assert.match(serving.address, /^wrpc\+tcp:\/\/\[::1\]:[1-9]\d*$/);
    assert.equal(await client("handler", serving.address).hello?.(), "hello from WebAssembly");
    await until(() => serving.lines.length > 4);
    assert.match(String(serving.lines[4]), /^served test:host\/handler\.hello to \[::1\]:\d+ in [\d.]+ ms$/);
    assert.equal(await serving.stop(), 0);
    assert.deepEqual(serving.lines.slice(5), ["stopping", "stopped"]);
  });

  test("calls imports at their addresses, and logs why a call failed", async () => {
    const backend = await serve(server, "--log", "quiet");
    const serving = await serve(worker, "--import", `test:host/backend=${backend.address}`, "--timeout", "5s");
    const work = client("work", serving.address);
    assert.equal(await work.echo?.("x"), "x");
    await assert.rejects(work.ask?.("x") as Promise<unknown>, { code: "unknown" });
    await assert.rejects(work.trap?.() as Promise<unknown>, { code: "unknown" });
    await until(() => serving.lines.some((line) => line.startsWith("failed test:host/work.trap")));
    const text = serving.lines.join("\n");
    assert.match(text, /^failed test:host\/work\.ask for .*the import test:host\/backend#ask failed: .* \[trap\]$/m);
    assert.match(text, /^failed test:host\/work\.trap for .* \[trap\]\n {4}.*wasm/m);
    assert.match(backend.lines.join("\n"), /^failed test:host\/backend\.ask for .*\[unimplemented\]$/m);
    assert.equal(await serving.stop(), 0);
    assert.equal(await backend.stop(), 0);
  });

  test("writes its log as JSON on request", async () => {
    const serving = await serve(worker, "--import", "wrpc+tcp://[::1]:1", "--log", "json");
    const work = client("work", serving.address);
    assert.equal(await work.count?.(), 1);
    await assert.rejects(work.trap?.() as Promise<unknown>);
    await until(() => serving.lines.some((line) => line.includes('"code"')));
    const entries = serving.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const served = entries.find(({ name, milliseconds }) => name === "count" && milliseconds !== undefined);
    assert.equal(served?.level, "info");
    assert.equal(served?.instance, "test:host/work");
    const failed = entries.find(({ code }) => code === "trap");
    assert.equal(failed?.level, "error");
    assert.equal(failed?.name, "trap");
    assert.equal(failed?.started, "yes");
    assert.match(String(failed?.wasmStack), /wasm/);
    await serving.stop();
  });

  test("reuses instances only when it is told to", async () => {
    const backend = "wrpc+tcp://[::1]:1";
    const fresh = await serve(worker, "--import", backend);
    const reusing = await serve(worker, "--import", backend, "--reuse", "10", "--max-instances", "1");
    const [one, other] = [client("work", fresh.address), client("work", reusing.address)];
    assert.deepEqual([await one.count?.(), await one.count?.()], [1, 1]);
    assert.deepEqual([await other.count?.(), await other.count?.()], [1, 2]);
    await fresh.stop();
    await reusing.stop();
  });

  test("takes components from URLs", async () => {
    const files = createHttpServer(async (request, response) => {
      if (request.url === "/server.wasm") response.end(await serverBytes());
      else response.writeHead(404).end();
    });
    files.listen(0, "::1");
    await once(files, "listening");
    const origin = `http://[::1]:${(files.address() as AddressInfo).port}`;
    for (const place of [`${origin}/server.wasm`, pathToFileURL(server).href]) {
      const serving = await serve(place);
      assert.equal(await client("handler", serving.address).hello?.(), "hello from WebAssembly");
      await serving.stop();
    }
    assert.match(
      await fails(`${origin}/other.wasm`),
      /other\.wasm cannot be downloaded: the server answered 404 Not Found/,
    );
    files.close();
    files.closeAllConnections();
    await once(files, "close");
    assert.match(await fails(`${origin}/server.wasm`), /cannot be downloaded: .*ECONNREFUSED/);
  });

  test("says what is wrong, and what to do about it", async () => {
    assert.match(await fails(worker), /import "test:host\/backend" is missing.*--import test:host\/backend=tcp/);
    assert.match(
      await fails(worker, "--import", "a:b/c=wrpc+tcp://[::1]:1"),
      /does not import "a:b\/c"; it imports "test:host\/backend"/,
    );
    assert.match(await fails(worker, "--import", "a:b/c=nowhere"), /"nowhere" is no address/);
    assert.match(
      await fails(server, "--reflection", "some"),
      /--reflection some is unknown; there is local, all, none/,
    );
    assert.match(await fails(server, "--reuse", "0"), /--reuse 0 is no number from 1/);
    assert.match(await fails(server, "--log", "loud"), /there is text, json, quiet/);
    assert.match(await fails(server, "--dir", "a::b::c"), /--dir a::b::c is not understood/);
    assert.match(await fails(server, "--dir", `${folder}/none::/x`), /which is no folder/);
    assert.match(await fails(server, "--env", "NAME"), /write --env NAME=value/);
    assert.match(await fails(server, "--timeout", "soon"), /no duration/);
    assert.match(await fails(server, "--http-listen", "127.0.0.1:0"), /does not export wasi:http\/incoming-handler/);
    assert.match(await fails(join(folder, "none.wasm")), /none\.wasm cannot be read/);
    const text = join(folder, "text.wasm");
    await writeFile(text, "no component at all");
    assert.match(await fails(text), /text\.wasm cannot be run/);
    const core = join(folder, "core.wasm");
    await writeFile(core, Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    assert.match(await fails(core), /core module.*`wasm-tools component new`/);
  });

  test("lets calls end when it is told to stop, for as long as its grace lasts", async () => {
    let answer: (text: string) => void = () => {};
    const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const backend = createServer({ onFailure: () => {} });
    backend.serve(findInterface(contract, "backend"), {
      ask: (text: string) =>
        new Promise<string>((resolve) => {
          if (text === "patient") answer = resolve;
          asked[text === "patient" ? 0 : 1]?.resolve();
        }),
      try: () => 0,
    });
    const listener = await listen(backend, "wrpc+tcp://[::1]:0");
    const patient = await serve(worker, "--import", listener.address);
    const call = client("work", patient.address).ask?.("patient");
    await asked[0]?.promise;
    const stopped = patient.stop();
    answer("just in time");
    assert.equal(await call, "just in time");
    assert.equal(await stopped, 0);
    assert.ok(patient.lines.includes("stopping; 1 call runs still"), patient.lines.join("\n"));

    const impatient = await serve(worker, "--import", listener.address, "--grace", "10ms");
    const broken = assert.rejects(client("work", impatient.address).ask?.("impatient") as Promise<unknown>);
    await asked[1]?.promise;
    assert.equal(await impatient.stop(), 0);
    await broken;
    await listener.close();
    await backend.close({ grace: 0 });
  });

  test("breaks calls off when it is told again", async () => {
    const asked = Promise.withResolvers<void>();
    const backend = createServer({ onFailure: () => {} });
    backend.serve(findInterface(contract, "backend"), {
      ask: () => {
        asked.resolve();
        return new Promise<string>(() => {});
      },
      try: () => 0,
    });
    await using listener = await listen(backend, "tcp://[::1]:0");
    const serving = await start([
      "serve",
      worker,
      "--import",
      listener.address,
      "--listen",
      "tcp://[::1]:0",
      "--grace",
      "1h",
    ]);
    const transport = connect(serving.address);
    const call = createClient(findInterface(contract, "work"), transport).ask?.("for ever") as Promise<unknown>;
    await asked.promise;
    const stopped = serving.stop();
    await until(() => serving.lines.includes("stopping; 1 call runs still"));
    serving.insist();
    await assert.rejects(call, { code: "unavailable" });
    assert.equal(await stopped, 0);
    assert.ok(serving.lines.includes("breaking off"), serving.lines.join("\n"));
    assert.equal(serving.lines.at(-1), "stopped");
    await transport.close({ force: true });
    await backend.close({ grace: 0 });
  });

  test("lets no caller write into the log", async () => {
    const serving = await serve(server);
    const forged = parseWit("package a:b; interface i { f: func(); }");
    const instance = "x\nstopped\u001b[2J";
    const call = createClient(findInterface(forged, "i"), connect(serving.address), { instance }).f?.();
    await assert.rejects(call as Promise<unknown>);
    await until(() => serving.lines.some((line) => line.startsWith("failed x")));
    assert.ok(!serving.lines.join("").includes("\u001b"));
    assert.ok(!serving.lines.some((line) => line.startsWith("stopped")));
    await serving.stop();
  });

  test("says what it serves to callers who ask, and how it is", async () => {
    const serving = await start(["serve", server, "--listen", "tcp://[::1]:0", "--log", "quiet"]);
    const { out, code } = await runWith(["wit", serving.address]);
    assert.equal(code, 0);
    assert.equal(
      out,
      "package test:host;\n\ninterface handler {\n  hello: func() -> string;\n}\n\npackage root:component {\n  world root {\n    export shout: func() -> string;\n  }\n}\n",
    );
    assert.equal((await runWith(["call", serving.address, "hello()"])).out, '"hello from WebAssembly"\n');
    assert.equal((await runWith(["call", `wrpc+${serving.address}`, "shout()"])).code, 0);
    assert.equal((await runWith(["health", serving.address, "test:host/handler"])).out, "serving\n");
    assert.equal(await serving.stop(), 0);
    const silent = await start(["serve", server, "--listen", "tcp://[::1]:0", "--reflection", "none"]);
    assert.match((await runWith(["wit", silent.address])).error, /does not say what it serves/);
    assert.equal(await silent.stop(), 0);
  });

  test("answers HTTP requests, and grants the network only where it is told to", async () => {
    const site = join(folder, "site.wasm");
    await writeFile(site, await siteBytes());
    const other = createHttpServer((_request, response) => response.end("from another server"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    // Its import is never called, so nobody need listen there.
    const common = ["serve", site, "--http-listen", "127.0.0.1:0", "--import", "wrpc+tcp://[::1]:1"];
    const isolated = await start(common);
    assert.match(isolated.address, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.deepEqual(isolated.lines, [`listening on ${isolated.address}`], "there is nothing else to listen for");
    const response = await fetch(`${isolated.address}/a?b=c`, { method: "POST", body: "x".repeat(100_000) });
    assert.equal(response.status, 201);
    assert.equal(await response.text(), `post /a?b=c\n${"x".repeat(100_000)}`);
    assert.equal((await fetch(`${isolated.address}/trap`)).status, 500);
    await until(() => isolated.lines.some((line) => /^failed GET \/trap: .*trapped/.test(line)));
    assert.equal((await fetch(`${isolated.address}/forward/${port}`)).status, 500);
    const connected = await start([...common, "--allow-net", `127.0.0.1:${port}`]);
    assert.equal(await (await fetch(`${connected.address}/forward/${port}`)).text(), "from another server");
    assert.equal(await isolated.stop(), 0);
    assert.equal(await connected.stop(), 0);
    other.close();
    other.closeAllConnections();
    assert.match(await fails(...common.slice(1), "--http-listen", "here"), /write host:port/);
    const useless = await fails(...common.slice(1), "--import", "wasi:http/outgoing-handler=tcp://[::1]:1");
    assert.match(
      useless,
      /--import wasi:http\/outgoing-handler=… would do nothing: witwire answers wasi:http\/.* itself/,
    );
  });

  test("has help with examples", async () => {
    const { code, out } = await runWith(["serve", "--help"]);
    assert.equal(code, 0);
    assert.match(out, /--max-instances=<n>[\s\S]*EXAMPLES[\s\S]*witwire serve/);
  });
});

function client(name: string, address: string): DynamicClient {
  return createClient(findInterface(contract, name), connect(address));
}

function serve(...args: string[]): Promise<Serving> {
  return start(["serve", ...args, "--listen", "wrpc+tcp://[::1]:0"]);
}

/** Runs a command line until it listens. */
async function start(args: string[]): Promise<Serving> {
  const lines: string[] = [];
  const interrupt = new AbortController();
  const insist = new AbortController();
  const ready = Promise.withResolvers<string>();
  const terminal: Terminal = {
    out: async () => {},
    error(text) {
      lines.push(...text.trimEnd().split("\n"));
      const address = /listening on ([^\s"]+)/.exec(text)?.[1];
      if (address !== undefined) ready.resolve(address);
    },
    color: false,
    signal: interrupt.signal,
    insisted: insist.signal,
  };
  const ended = run(args, terminal);
  ended.then((code) => ready.reject(new Error(`it ended with code ${code}: ${lines.join("\n")}`)));
  const address = await ready.promise;
  return {
    address,
    lines,
    stop() {
      interrupt.abort();
      return ended;
    },
    insist() {
      insist.abort();
    },
  };
}

/** What it says when it cannot begin. */
async function fails(...args: string[]): Promise<string> {
  const { code, error } = await runWith(["serve", ...args]);
  assert.equal(code, 2, error);
  return error;
}

/** A component that answers HTTP requests. The tool that builds it knows only some of WASI, so it gets to see other names. */
async function siteBytes(): Promise<Uint8Array> {
  const hidden = async (name: string): Promise<string> =>
    (await readFile(new URL(`../../../wasi/guests/${name}`, import.meta.url), "utf8")).replaceAll("wasi:", "wazi:");
  const built = Buffer.from(await buildQuickJs(await hidden("network.wit"), "network", await hidden("network.js")));
  for (let at = built.indexOf("wazi:"); at >= 0; at = built.indexOf("wazi:", at)) built.write("wasi:", at, "latin1");
  return built;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
