import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Codec, componentModelCodec, type FunctionCodec, Reader, type ValueCodec, Writer } from "@witwire/codec";
import { findInterface, type Resolve } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { generateTypeScript } from "../generate.ts";
import { GeneratedCode } from "../testing/compile-generated.ts";

const wit = `
  package test:lean@1.0.0;
  interface shapes {
    resource file;
    record point { x: s32, y-axis: s32, %list: list<string> }
    type place = point;
    variant shape { none, label(string), at(place) }
    enum color { red, deep-blue }
    flags rights { read, write-all }
  }
  interface calls {
    use shapes.{point as dot, shape, color, rights};
    scalars: func(a: bool, b: u8, c: s8, d: u16, e: s16, f: u32, g: s32, h: u64, i: s64, j: f32, k: f64, l: char, m: string);
    compounds: func(a: dot, b: list<shape>, c: color, d: rights, e: tuple<u8, string>, f: map<string, u32>) -> color;
    options: func(a: option<u8>, b: option<option<string>>, c: result<u8, string>, d: result) -> result<dot, color>;
    numbers: func(a: list<u8>, b: list<s8>, c: list<u16>, d: list<s16>, e: list<u32>, f: list<s32>, g: list<u64>, h: list<s64>, i: list<f32>, j: list<f64>);
    fixed: func(a: list<u32, 2>, b: list<string, 2>) -> option<color>;
    flows: func(a: stream<u32>, b: stream<dot>, c: future<string>, d: stream, e: future) -> stream<u8>;
    nothing: func();
  }
  interface files {
    use shapes.{file};
    open: func(f: borrow<file>);
  }
`;

const point = { x: -1, yAxis: 300, list: ["a"] };

/** Parameters, and a result where there is one. */
const values: Record<string, readonly [params: unknown[], result?: unknown]> = {
  scalars: [
    [true, 255, -128, 65535, -32768, 4294967295, -2147483648, 2n ** 64n - 1n, -(2n ** 63n), 0.5, 0.1, "ö", "text"],
  ],
  compounds: [
    [
      point,
      [{ tag: "none" }, { tag: "at", val: point }],
      "deep-blue",
      { read: false, writeAll: true },
      [1, "b"],
      new Map([["k", 7]]),
    ],
    "red",
  ],
  options: [
    [undefined, { tag: "some", val: undefined }, { tag: "err", val: "no" }, { tag: "ok" }],
    { tag: "ok", val: point },
  ],
  numbers: [[[1], [-1], [1000], [-1000], [70000], [-70000], [1n], [-1n], [0.5], [0.1]]],
  fixed: [
    [
      [1, 2],
      ["a", "b"],
    ],
    undefined,
  ],
  nothing: [[]],
};

/** Refuses handles and counts streams and futures, of which nothing but a marker is in the bytes. */
const lowering = { path: [], own: fail, borrow: fail, stream() {}, future() {} };

function fail(): never {
  throw new Error("there are no resources");
}

function encode(codec: ValueCodec | undefined, value: unknown): Uint8Array | undefined {
  const writer = new Writer();
  codec?.encode(writer, value, lowering);
  return codec === undefined ? undefined : writer.take();
}

describe("lean contracts", () => {
  const resolve: Resolve = parseWit(wit);
  const files = generateTypeScript(resolve, { lean: true });

  it("are written for interfaces that have functions and no resources", () => {
    const lean = files.map(({ path }) => path).filter((path) => path.endsWith(".lean.ts"));
    assert.deepEqual(lean, ["test/lean/calls.lean.ts"]);
  });

  it("encode what the codec of the model does, and say the same of functions", async () => {
    await using code = await GeneratedCode.write("lean", new Map([["calls", files]]));
    const { calls } = await import(`${code.folder}/calls/test/lean/calls.lean.ts`);
    assert.equal(calls.instance, "test:lean/calls@1.0.0");
    const functions = calls.functions() as Record<string, FunctionCodec>;
    const codec: Codec = componentModelCodec;
    for (const func of findInterface(resolve, "calls").functions) {
      const lean = functions[func.name];
      assert.ok(lean, func.name);
      const [params, result] = [codec.params(resolve, func), codec.result(resolve, func)];
      assert.equal(lean.arity, func.params.length);
      assert.equal(lean.fallible, func.name === "options");
      assert.deepEqual(lean.params.asyncPaths, params.asyncPaths);
      assert.deepEqual(lean.result?.asyncPaths, result?.asyncPaths);
      assert.equal(lean.params.minBytes, params.minBytes);
      const [givenParams, givenResult] = values[func.name] ?? [
        [[], [], Promise.resolve("a"), [], Promise.resolve()],
        [],
      ];
      const bytes = encode(lean.params, givenParams);
      assert.deepEqual(bytes, encode(params, givenParams), func.name);
      assert.deepEqual(encode(lean.result, givenResult), encode(result, givenResult), func.name);
      if (lean.params.hasEffects) continue;
      const lifting = lowering as never;
      assert.deepEqual(
        lean.params.decode(new Reader(bytes), lifting),
        params.decode(new Reader(bytes), lifting),
        func.name,
      );
    }
  });
});
