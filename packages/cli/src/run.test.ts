import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { type Listener, listen, readWit } from "@witwire/node";
import { createServer, type Server } from "@witwire/rpc";
import { findInterface, findWorld } from "@witwire/wit/model";
import { WitError } from "@witwire/wit/values";
import { type Ran, runWith } from "./testing/run-with.ts";

const contract = `
package test:cli@1.0.0;

interface things {
  record pair { left: s64, right: option<string> }
  flags access { read, write }
  resource thing { constructor(name: string); name: func() -> string; make: static func() -> thing; }
  hello: func() -> string;
  nothing: func();
  divide: func(a: u32, b: u32) -> result<u32, string>;
  swap: func(pair: pair, access: access) -> tuple<access, pair>;
  count: func(to: u32) -> stream<u32>;
  bytes: func() -> stream<u8>;
  both: func(numbers: stream<u32>) -> tuple<stream<u32>, future<string>>;
  slow: func() -> string;
  fail: func() -> string;
}

world app {
  export things;
  export root: func() -> bool;
}
`;

/** A component that imports `test:cli/things@1.0.0` with the function `hello`, byte by byte. */
function thingsComponent(): Uint8Array {
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const section = (id: number, ...contents: number[]): number[] => [id, contents.length, ...contents];
  const hello = [0x40, 0x00, 0x00, 0x73];
  const instance = [0x42, 0x02, 0x01, ...hello, 0x04, 0x00, ...name("hello"), 0x01, 0x00];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00],
    ...section(7, 0x01, ...instance),
    ...section(10, 0x01, 0x00, ...name("test:cli/things@1.0.0"), 0x05, 0x00),
  );
}

describe("witwire", () => {
  let folder = "";
  let wit = "";
  let server: Server;
  let listener: Listener;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "witwire-cli-"));
    wit = join(folder, "things.wit");
    await writeFile(wit, contract);
    const resolve = await readWit(wit);
    server = createServer({ onFailure: () => {} });
    server.serve(findInterface(resolve, "things"), implementation());
    server.serve(findWorld(resolve, "app"), { root: () => true });
    listener = await listen(server, `wrpc+unix://${join(folder, "s.sock")}`);
  });

  after(async () => {
    await listener.close();
    await server.close({ grace: 0 });
    await rm(folder, { recursive: true });
  });

  const call = (text: string, ...options: string[]): Promise<Ran> =>
    runWith(["call", listener.address, text, "--wit", wit, ...options]);

  test("prints results as WAVE", async () => {
    assert.deepEqual(await call("things.hello()"), { code: 0, out: '"hello"\n', error: "" });
    assert.deepEqual(await call("test:cli/things@1.0.0.hello()"), { code: 0, out: '"hello"\n', error: "" });
    const swapped = await call('swap({left: -5, right: "x"}, {write})');
    assert.deepEqual(swapped, { code: 0, out: '({write}, {left: -5, right: some("x")})\n', error: "" });
    assert.deepEqual(await call("root()"), { code: 0, out: "true\n", error: "" });
  });

  test("prints nothing for a function without a result", async () => {
    assert.deepEqual(await call("nothing()"), { code: 0, out: "", error: "" });
  });

  test("prints JSON on request", async () => {
    const { out } = await call("swap({left: 9007199254740993}, {read})", "--json");
    assert.deepEqual(JSON.parse(out), [
      { read: true, write: false },
      { left: "9007199254740993", right: null },
    ]);
  });

  test("exits with 3 when the result is err, and prints it", async () => {
    assert.deepEqual(await call("divide(7, 2)"), { code: 0, out: "ok(3)\n", error: "" });
    assert.deepEqual(await call("divide(7, 0)"), { code: 3, out: 'err("division by zero")\n', error: "" });
  });

  test("prints a stream element by element", async () => {
    assert.deepEqual(await call("count(3)"), { code: 0, out: "0\n1\n2\n", error: "" });
    assert.deepEqual(await call("bytes()"), { code: 0, out: "[1, 2]\n[3]\n", error: "" });
  });

  test("labels streams and futures inside a result", async () => {
    const { code, out } = await call("both([5, 6])");
    assert.equal(code, 0);
    const [first, ...rest] = out.trimEnd().split("\n");
    assert.equal(first, "(stream-0, future-1)");
    assert.deepEqual(rest.sort(), ['future-1: "done"', "stream-0: 5", "stream-0: 6"]);
    const json = await call("both([5])", "--json");
    assert.deepEqual(json.out.trimEnd().split("\n").sort(), [
      '["stream-0","future-1"]',
      '{"future-1":"done"}',
      '{"stream-0":5}',
    ]);
  });

  test("shows handles without their secret", async () => {
    const { code, out } = await call("thing.make()");
    assert.equal(code, 0);
    assert.match(out, /^thing#[0-9a-f]{8}\n$/);
  });

  test("exits with 1 when the call fails, saying why", async () => {
    const failed = await call("fail()");
    assert.equal(failed.code, 1);
    assert.match(failed.error, /^witwire: .*things@1\.0\.0\.fail.*\n$/);
    const slow = await call("slow()", "--timeout", "50ms");
    assert.deepEqual(slow, {
      code: 1,
      out: "",
      error: "witwire: test:cli/things@1.0.0.slow took longer than 50 ms [deadline-exceeded]\n",
    });
    const nobody = await runWith(["call", `wrpc+unix://${folder}/none.sock`, "hello()", "--wit", wit]);
    assert.equal(nobody.code, 1);
    assert.match(nobody.error, /^witwire: cannot connect to .*none\.sock \(ENOENT\).*\[unavailable\]\n$/);
  });

  test("exits with 130 when interrupted", async () => {
    const interrupt = new AbortController();
    const running = runWith(["call", listener.address, "slow()", "--wit", wit], interrupt.signal);
    setTimeout(() => interrupt.abort(), 50);
    assert.equal((await running).code, 130);
  });

  test("exits with 2 for what the person can put right, in one sentence with the place", async () => {
    const cases: [string[], RegExp][] = [
      [
        ["call", listener.address, "helo()", "--wit", wit],
        /no function "helo"; did you mean "hello"\?\n\n1 \| helo\(\)/,
      ],
      [
        ["call", listener.address, "divide(1, x)", "--wit", wit],
        /^witwire: .*u32.*\n\n1 \| divide\(1, x\)\n {2}\| +\^\n$/,
      ],
      [["call", "gopher://localhost", "hello()", "--wit", wit], /"gopher:\/\/localhost" is no address/],
      [["call", listener.address, "hello()", "--wit", `${wit}x`], /there is no WIT file or folder/],
      [["call", listener.address], /Missing required positional argument: CALL \(see --help\)/],
      [["call", listener.address, "hello()", "--wit", wit, "--timeout", "soon"], /"soon" is no duration/],
      [["call", listener.address, "hello()", "--wit", wit, "--jsno"], /no option --jsno; it has --wit, --json/],
      [["call", listener.address, "hello()", "--wit"], /--wit needs a value/],
      [["cal"], /there is no command "cal"; there is wit, call/],
      [["wit", join(folder, "absent")], /there is no WIT file or folder/],
    ];
    for (const [args, message] of cases) {
      const { code, out, error } = await runWith(args);
      assert.match(error, message, args.join(" "));
      assert.deepEqual({ code, out }, { code: 2, out: "" }, args.join(" "));
    }
  });

  test("points into wrong WIT", async () => {
    const path = join(folder, "wrong.wit");
    await writeFile(path, "package a:b;\ninterface i {\n  f: func(x: u31);\n}\n");
    const { code, error } = await runWith(["wit", path]);
    assert.equal(code, 2);
    assert.match(error, /wrong\.wit:3:14: .*u31.*\n\n3 \| {3}f: func\(x: u31\);\n {2}\| {14}\^\^\^\n$/);
  });

  test("prints a contract as WIT that means the same, and as JSON", async () => {
    const { code, out } = await runWith(["wit", wit]);
    assert.equal(code, 0);
    const printed = join(folder, "printed.wit");
    await writeFile(printed, out);
    const json = async (path: string): Promise<unknown> => JSON.parse((await runWith(["wit", path, "--json"])).out);
    assert.deepEqual(await json(printed), await json(wit));
  });

  test("takes a component as contract, whatever its file is called, and says what a core module needs", async () => {
    const path = join(folder, "tool.wit");
    await writeFile(path, thingsComponent());
    const { code, out } = await runWith(["wit", path]);
    assert.equal(code, 0);
    assert.match(out, /^package root:component;\n\nworld root \{\n {2}import test:cli\/things@1\.0\.0;\n\}\n/);
    assert.match(out, /hello: func\(\) -> string;/);
    const called = await runWith(["call", listener.address, "things.hello()", "--wit", path]);
    assert.deepEqual(called, { code: 0, out: '"hello"\n', error: "" });
    await writeFile(path, Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
    const refused = await runWith(["wit", path]);
    assert.equal(refused.code, 2);
    assert.match(refused.error, /^witwire: .*tool\.wit: .*core module.*wasm-tools component new/);
  });

  test("helps", async () => {
    const general = await runWith(["--help"]);
    assert.equal(general.code, 0);
    assert.match(general.out, /USAGE witwire wit\|call/);
    assert.equal((await runWith([])).code, 2);
    for (const command of ["wit", "call"]) {
      const { code, out } = await runWith([command, "--help"]);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`USAGE witwire ${command} `));
      assert.match(out, /EXAMPLES/);
      assert.equal(stripVTControlCharacters(out), out, "no colours outside a terminal");
      assert.doesNotMatch(out, /[ \t]$/m);
    }
  });
});

function implementation(): object {
  return {
    Thing: class Thing {
      readonly #name: string;
      constructor(name: string) {
        this.#name = name;
      }
      name(): string {
        return this.#name;
      }
      static make(): Thing {
        return new Thing("made");
      }
    },
    hello: () => "hello",
    nothing: () => {},
    divide: (a: number, b: number) => {
      if (b === 0) throw new WitError("division by zero");
      return Math.floor(a / b);
    },
    swap: (pair: unknown, access: unknown) => [access, pair],
    count: (to: number) => Array.from({ length: to }, (_, index) => index),
    bytes: () => [new Uint8Array([1, 2]), new Uint8Array([3])],
    both: (numbers: unknown) => [numbers, Promise.resolve("done")],
    slow: (context: { signal: AbortSignal }) =>
      new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(context.signal.reason))),
    fail: () => {
      throw new Error("secret");
    },
  };
}
