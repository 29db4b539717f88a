import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer as createSocketServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { componentModelCodec } from "@witwire/codec";
import { type Listener, listen } from "@witwire/node";
import { createServer, type Server } from "@witwire/rpc";
import { health } from "@witwire/rpc/health";
import { reflection } from "@witwire/rpc/reflection";
import { findInterface, findWorld } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { runWith } from "../testing/run-with.ts";

const contract = parseWit(
  `
package a:b@1.0.0;

/// Says hello.
interface greeting {
  @unstable(feature = fresh)
  fresh: func() -> string;
  hello: func(name: string) -> string;
  split: func(text: string) -> result<list<string>, string>;
}
interface secret { tell: func() -> string; }
world w { export root: func() -> u8; export greeting; }
`,
  { features: "all" },
);

const greeting = findInterface(contract, "greeting");
const implementation = {
  fresh: () => "fresh",
  hello: (name: string) => `hello ${name}`,
  split: (text: string) => text.split(" "),
};

describe("a server is asked for its contract", () => {
  let server: Server;
  let listener: Listener;
  let plain = "";

  before(async () => {
    server = createServer({ onFailure: () => {} });
    server.serve(greeting, implementation);
    server.serve(findWorld(contract, "w"), { root: () => 7 });
    listener = await listen(server, "tcp://[::1]:0");
    plain = `wrpc+${listener.address}`;
  });

  after(async () => {
    await listener.close();
    await server.close({ grace: 0 });
  });

  test("by calls that come without one", async () => {
    for (const address of [listener.address, plain]) {
      assert.deepEqual(await runWith(["call", address, 'hello("you")']), { code: 0, out: '"hello you"\n', error: "" });
      assert.equal(
        (await runWith(["call", address, 'a:b/greeting.split("a b")', "--json"])).out,
        '{"tag":"ok","val":["a","b"]}\n',
      );
      assert.equal((await runWith(["call", address, "root()"])).out, "7\n");
      assert.equal((await runWith(["call", address, "fresh()"])).out, '"fresh"\n');
    }
    const { code, error } = await runWith(["call", listener.address, "helo()"]);
    assert.equal(code, 2);
    assert.match(error, /there is no function "helo"; did you mean "hello"\?/);
  });

  test("by `witwire wit`, which prints it", async () => {
    const { code, out, error } = await runWith(["wit", listener.address]);
    assert.deepEqual({ code, error }, { code: 0, error: "" });
    assert.match(
      out,
      /^package a:b@1\.0\.0;\n\n\/\/\/ Says hello\.\ninterface greeting \{[\s\S]*world w \{\n {2}export root: func\(\) -> u8;\n\}\n$/,
    );
    assert.doesNotMatch(out, /secret/);
    assert.equal((await runWith(["wit", plain])).out, out);
    const json = JSON.parse((await runWith(["wit", listener.address, "--json"])).out) as {
      interfaces: { name: string }[];
    };
    assert.deepEqual(
      json.interfaces.map(({ name }) => name),
      ["greeting"],
    );
    const one = await runWith(["wit", listener.address, "--instance", "a:b/greeting@1.0.0"]);
    assert.match(one.out, /interface greeting/);
    assert.doesNotMatch(one.out, /world/);
    const none = await runWith(["wit", listener.address, "--instance", "nobody"]);
    assert.equal(none.code, 2);
    assert.match(none.error, /has no such instance/);
  });

  test("and calls instances that are served under other names", async () => {
    const other = createServer({ onFailure: () => {} });
    other.serve(greeting, implementation, { instances: ["first"] });
    await using at = await listen(other, "tcp://[::1]:0");
    assert.equal((await runWith(["call", at.address, 'hello("a")'])).out, '"hello a"\n');
    assert.equal((await runWith(["call", at.address, 'first.hello("b")'])).out, '"hello b"\n');
    other.serve(greeting, implementation, { instances: ["second"] });
    const { code, error } = await runWith(["call", at.address, 'hello("a")']);
    assert.equal(code, 2);
    assert.match(error, /served under several names; say which with --instance: first, second/);
    assert.equal((await runWith(["call", at.address, 'hello("a")', "--instance", "second"])).code, 0);
    assert.equal((await runWith(["call", at.address, 'second.hello("c")'])).out, '"hello c"\n');
    await other.close({ grace: 0 });
  });

  test("and says what it serves without one", async () => {
    const other = createServer({ onFailure: () => {} });
    const [fn] = greeting.functions;
    assert.ok(fn !== undefined);
    const codec = {
      params: componentModelCodec.params(contract, fn),
      result: componentModelCodec.result(contract, fn),
    };
    await using at = await listen(other, "tcp://[::1]:0");
    assert.deepEqual(await runWith(["wit", at.address]), {
      code: 0,
      out: "",
      error: `witwire: ${at.address} serves nothing\n`,
    });
    other.serveFunction("bare", "fresh", { ...codec, call: () => "x" });
    const { error } = await runWith(["wit", at.address]);
    assert.equal(error, 'witwire: it serves "bare" without a contract: ["fresh"]\n');
    assert.match(
      (await runWith(["call", at.address, "fresh()"])).error,
      /knows no contract of what it serves; give it with --wit/,
    );
    await other.close({ grace: 0 });
  });

  test("in vain where it does not tell, and the way out is named", async () => {
    const other = createServer({ reflection: "none", onFailure: () => {} });
    other.serve(greeting, implementation);
    await using at = await listen(other, "tcp://[::1]:0");
    for (const address of [at.address, `wrpc+${at.address}`]) {
      const { code, error, out } = await runWith(["call", address, 'hello("x")']);
      assert.deepEqual({ code, out }, { code: 2, out: "" });
      assert.match(error, /; give the contract with --wit\n$/);
    }
    await other.close({ grace: 0 });
    const gone = await runWith(["call", at.address, 'hello("x")']);
    assert.equal(gone.code, 1);
    assert.match(gone.error, /\[unavailable\]\n$/);
  });
});

describe("a server that means ill", () => {
  async function lying(
    contracts: string[],
    names: string[] = [],
  ): Promise<{ address: string; end: () => Promise<void> }> {
    const server = createServer({ reflection: "none", onFailure: () => {} });
    server.serve(reflection, {
      server: () => ({ software: "x", version: "1" }),
      instances: () => names.map((name) => ({ name, functions: ["\u001b[31mf"], contracts: [] })),
      contract: () => contracts[0] ?? "",
      contracts: () => contracts,
    });
    const listener = await listen(server, "tcp://[::1]:0");
    return {
      address: listener.address,
      async end() {
        await listener.close();
        await server.close({ grace: 0 });
      },
    };
  }

  test("gets told that its contract cannot be read, without its escape sequences", async () => {
    const texts = [
      "no wit",
      "package a:b; \u001b[31m",
      `package a:b; interface i { type t = ${"list<".repeat(5000)}u8${">".repeat(5000)}; }`,
    ];
    for (const text of texts) {
      const { address, end } = await lying([text], ["\u001b[2J"]);
      const { code, error } = await runWith(["wit", address]);
      assert.equal(code, 1);
      assert.match(error, /the contract that .* gave cannot be read: .*\[protocol\]/);
      assert.ok(!error.includes("\u001b"));
      await end();
    }
    const { address, end } = await lying(["package a:b; interface i { /// \u2028 fine\n f: func(); }"], ["\u001b[2J"]);
    const { error, out } = await runWith(["wit", address]);
    assert.ok(!`${error}${out}`.includes("\u001b"), error);
    await end();
  });

  test("cannot make the client hold more than the limits allow", async () => {
    const { address, end } = await lying(["x".repeat(20 * 1024 * 1024)]);
    const { code, error } = await runWith(["wit", address]);
    assert.equal(code, 1);
    assert.match(error, /resource-exhausted|protocol/);
    await end();
    const many = await lying([`package a:b;${"interface i{f:func();}".repeat(500_000)}`]);
    assert.equal((await runWith(["wit", many.address])).code, 1);
    await many.end();
  });

  test("and never answers is given up", async () => {
    const silent = createSocketServer((socket) => socket.on("error", () => {}));
    silent.listen(0, "::1");
    await once(silent, "listening");
    const address = `tcp://[::1]:${(silent.address() as AddressInfo).port}`;
    const { code, error } = await runWith(["call", address, "f()", "--timeout", "100ms"]);
    assert.equal(code, 1);
    assert.match(error, /\[deadline-exceeded\]/);
    silent.close();
  });
});

describe("witwire health", () => {
  test("says how a server is, and its parts", async () => {
    const server = createServer({ onFailure: () => {} });
    server.serve(greeting, implementation);
    const listener = await listen(server, "tcp://[::1]:0");
    const ask = (...args: string[]) => runWith(["health", listener.address, ...args]);
    assert.deepEqual(await ask(), { code: 0, out: "serving\n", error: "" });
    assert.deepEqual(await ask(greeting.name), { code: 0, out: "serving\n", error: "" });
    assert.deepEqual(await ask("nobody"), { code: 3, out: "unknown\n", error: "" });
    server.health.set("not-serving", greeting.name);
    assert.deepEqual(await ask(greeting.name), { code: 3, out: "not-serving\n", error: "" });
    assert.deepEqual(await runWith(["health", `wrpc+${listener.address}`]), { code: 0, out: "serving\n", error: "" });
    const watched = ask("--watch");
    while (server.stats().calls === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    server.health.set("not-serving");
    await server.drain();
    const { code, out } = await watched;
    assert.equal(code, 3);
    assert.match(out, /^serving\n(not-serving\n)?draining\n$/);
    await listener.close();
    const gone = await ask("--timeout", "1s");
    assert.equal(gone.code, 1);
    assert.match(gone.error, /\[unavailable\]/);
  });

  test("says so when a server has no such thing", async () => {
    const silent = createSocketServer((socket) => socket.end());
    silent.listen(0, "::1");
    await once(silent, "listening");
    const { code, error } = await runWith(["health", `wrpc+tcp://[::1]:${(silent.address() as AddressInfo).port}`]);
    assert.equal(code, 2);
    assert.match(error, new RegExp(`has no ${health.name.slice(0, 14)}`));
    silent.close();
  });
});
