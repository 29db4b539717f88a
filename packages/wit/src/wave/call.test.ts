import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseWaveArguments, parseWaveCall, WaveError } from "./index.ts";
import { Arena, func } from "./testing/arena.ts";

const arena = new Arena();
const optionU8 = arena.option("u8");
const bucket = arena.type({ tag: "resource" }, "bucket");
const borrow = arena.type({ tag: "borrow", resource: bucket });
const hello = func("hello", {}, "string");
const greet = func("greet", { name: "string", times: optionU8, nested: arena.option(optionU8) }, "string");
const get = {
  ...func("[method]bucket.get", { self: borrow, key: "string" }),
  kind: { tag: "method", async: false, resource: bucket } as const,
};

const examples = arena.package("wrpc-examples", "hello", "0.1.0");
arena.interface(examples, "handler", hello, greet);
const keyvalue = arena.package("wasi", "keyvalue", "1.0.0-rc.1");
arena.interface(
  keyvalue,
  "store",
  get,
  func("[constructor]bucket"),
  func("[static]bucket.open", { name: "string" }),
  func("close"),
);
// Its version looks like the version of the other one, followed by a resource.
const confusing = arena.package("wasi", "keyvalue", "1.0.0-rc.1.bucket");
arena.interface(confusing, "store", func("get", { key: "string" }));
const plain = arena.package("ui", "tests");
arena.interface(plain, "admin", func("close"));
const inline = arena.interface(plain, undefined, func("ping"));
const run = func("run");
arena.world(plain, "app", {
  imports: [{ name: "run", item: { tag: "function", func: run } }],
  exports: [
    { name: "run", item: { tag: "function", func: run } },
    { name: "control", item: { tag: "interface", id: inline } },
  ],
});
const { resolve } = arena;

function target(text: string): string {
  const call = parseWaveCall(resolve, text);
  return `${call.instance} | ${call.name}`;
}

function reason(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof WaveError, String(error));
    return `${error.line}:${error.column}: ${error.reason}`;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

describe("parseWaveCall", () => {
  it("finds functions by their full names, in spite of the dots in versions and methods", () => {
    const rows = [
      ["wrpc-examples:hello/handler@0.1.0.hello()", "wrpc-examples:hello/handler@0.1.0 | hello"],
      ["wasi:keyvalue/store@1.0.0-rc.1.bucket.open()", "wasi:keyvalue/store@1.0.0-rc.1 | bucket.open"],
      ["wasi:keyvalue/store@1.0.0-rc.1.bucket()", "wasi:keyvalue/store@1.0.0-rc.1 | bucket"],
      ["ui:tests/admin.close()", "ui:tests/admin | close"],
      ["ui:tests/control.ping()", "ui:tests/control | ping"],
      ["ui:tests/app.run()", "ui:tests/app | run"],
    ] as const;
    for (const [text, expected] of rows) assert.equal(target(text), expected);
  });

  it("prefers the longest instance where a name can be read in two ways", () => {
    assert.equal(target("wasi:keyvalue/store@1.0.0-rc.1.bucket.get()"), "wasi:keyvalue/store@1.0.0-rc.1.bucket | get");
  });

  it("finds functions by shorter names while these are clear", () => {
    const rows = [
      ["wrpc-examples:hello/handler.hello@0.1.0()", "wrpc-examples:hello/handler@0.1.0 | hello"],
      ["wrpc-examples:hello/handler.hello()", "wrpc-examples:hello/handler@0.1.0 | hello"],
      [' handler.hello ("x")', "wrpc-examples:hello/handler@0.1.0 | hello"],
      ["hello()", "wrpc-examples:hello/handler@0.1.0 | hello"],
      ["bucket.open()", "wasi:keyvalue/store@1.0.0-rc.1 | bucket.open"],
      ["control.ping()", "ui:tests/control | ping"],
      ["app.run()", "ui:tests/app | run"],
      ["run()", " | run"],
    ] as const;
    for (const [text, expected] of rows) assert.equal(target(text), expected);
  });

  it("hands out the function, and the arguments with their place", () => {
    const call = parseWaveCall(resolve, 'greet ("a(b")');
    assert.equal(call.func, greet);
    assert.equal(call.argumentsText, '("a(b")');
    assert.equal(call.argumentsOffset, 6);
  });

  it("lists what a short name could mean", () => {
    assert.equal(
      reason(() => parseWaveCall(resolve, "close()")),
      '1:1: "close" could be wasi:keyvalue/store@1.0.0-rc.1.close, ui:tests/admin.close; write one of these',
    );
  });

  it("suggests the nearest name, or lists what there is", () => {
    assert.equal(
      reason(() => parseWaveCall(resolve, " wrpc-examples:hello/handler@0.1.0.helo()")),
      '1:2: there is no function "wrpc-examples:hello/handler@0.1.0.helo"; did you mean "wrpc-examples:hello/handler@0.1.0.hello"?',
    );
    assert.equal(
      reason(() => parseWaveCall(resolve, "hanlder.hello()")),
      '1:1: there is no function "hanlder.hello"; did you mean "handler.hello"?',
    );
    assert.match(
      reason(() => parseWaveCall(resolve, "frobnicate()")),
      /^1:1: there is no function "frobnicate"; there is wrpc-examples:hello\/handler@0\.1\.0\.hello, .*ui:tests\/app\.run, run$/,
    );
    assert.equal(
      reason(() => parseWaveCall({ packages: [], interfaces: [], worlds: [], types: [] }, "f()")),
      '1:1: there is no function "f"; the model has none at all',
    );
  });

  it("asks for a name and for parentheses", () => {
    assert.equal(
      reason(() => parseWaveCall(resolve, "hello")),
      "1:6: expected arguments after the function: hello()",
    );
    assert.equal(
      reason(() => parseWaveCall(resolve, "(1)")),
      "1:1: expected the function to call, then its arguments: name(…)",
    );
    assert.equal(
      reason(() => parseWaveCall(resolve, "")),
      "1:1: expected the function to call, then its arguments: name(…)",
    );
  });
});

describe("parseWaveArguments", () => {
  const read = (text: string): unknown[] => parseWaveArguments(resolve, greet, text);

  it("gives one value per parameter, options at the end left out or not", () => {
    assert.deepStrictEqual(read('("x", 2, some(3))'), ["x", 2, { tag: "some", val: 3 }]);
    assert.deepStrictEqual(read('( "x", none, )'), ["x", undefined, { tag: "none" }]);
    assert.deepStrictEqual(read('("x")'), ["x", undefined, { tag: "none" }]);
    assert.deepStrictEqual(parseWaveArguments(resolve, hello, "()"), []);
  });

  it("says what is wrong with the arguments", () => {
    const signature = "greet(name: string, times: option<u8>, nested: option<option<u8>>)";
    assert.equal(
      reason(() => read("()")),
      `1:2: argument name: string is missing in ${signature}`,
    );
    assert.equal(
      reason(() => read('("x", 1, none, 4)')),
      `1:16: too many arguments for ${signature}`,
    );
    assert.equal(
      reason(() => parseWaveArguments(resolve, hello, '("x")')),
      "1:2: too many arguments for hello()",
    );
    assert.equal(
      reason(() => read("")),
      `1:1: expected the arguments of ${signature}, found the end of the text`,
    );
    assert.equal(
      reason(() => read('("x" 2)')),
      '1:6: expected "," and argument times: option<u8>, found 2',
    );
    assert.equal(
      reason(() => read('("x", 1, none')),
      '1:14: expected ")" after the last argument, found the end of the text',
    );
    assert.equal(
      reason(() => read('("x"')),
      '1:5: expected "," and argument times: option<u8>, found the end of the text',
    );
    assert.equal(
      reason(() => read('("x") y')),
      "1:7: expected the end of the call, found label y",
    );
    assert.equal(
      reason(() => read('("x",,)')),
      '1:6: expected u8, found ","',
    );
  });

  it("points into the whole call", () => {
    const source = "handler.greet(\n  7)";
    const { argumentsText, argumentsOffset } = parseWaveCall(resolve, source);
    const options = { source, offset: argumentsOffset };
    assert.equal(
      reason(() => parseWaveArguments(resolve, greet, argumentsText, options)),
      '2:3: expected string, written "…", found 7',
    );
  });

  it("takes the receiver of a method from a hook", () => {
    const handle = (_kind: string, _resource: number, text: string): string => `<${text}>`;
    assert.deepStrictEqual(parseWaveArguments(resolve, get, '("b1", "key")', { handle }), ["<b1>", "key"]);
  });
});
