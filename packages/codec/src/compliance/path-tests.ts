import assert from "node:assert/strict";
import { test } from "node:test";
import type { Type } from "@witwire/wit/model";
import type { Codec, PathPattern, ValueCodec } from "../codec.ts";
import { Reader } from "../reader.ts";
import { Writer } from "../writer.ts";
import type { Lifted } from "./effects.ts";
import { RecordingLifting, RecordingLowering } from "./effects.ts";
import { ModelBuilder } from "./model.ts";

/** Streams and futures are met where the path rules say, and declared there. */
export function pathTests(codec: Codec): void {
  const model = new ModelBuilder();
  const stream = model.stream("u8");
  const future = model.future("u32");

  /** Encodes and decodes from `[7]` on, byte by byte too, and gives the paths that were met. */
  const met = (values: ValueCodec, value: unknown): string[] => {
    const writer = new Writer();
    const lowering = new RecordingLowering([7]);
    values.encode(writer, value, lowering);
    const bytes = writer.take();
    assert.deepEqual(lowering.path, [7], "the encoder puts the path back");
    const paths = lowering.sent.map(({ path }) => path.join());
    const lifting = new RecordingLifting([7]);
    assert.deepEqual(lifted(values.decode(new Reader(bytes), lifting)), paths, "met at once");
    assert.deepEqual(lifting.path, [7], "the decoder puts the path back");
    const decoder = values.decoder(lifting);
    const reader = new Reader();
    for (const byte of bytes) {
      reader.feed(Uint8Array.of(byte));
      decoder.step(reader);
      assert.deepEqual(lifting.path, [7], "a suspended decoder leaves the path alone");
    }
    assert.deepEqual(lifted(decoder.value), paths, "met in pieces");
    for (const { path } of lowering.sent) {
      const relative = path.slice(1);
      assert.ok(
        values.asyncPaths.some((pattern) => matches(pattern, relative)),
        `[${relative}] is declared`,
      );
    }
    return paths;
  };
  const type = (id: Type): ValueCodec => codec.type(model, id);

  test("fields, members and elements have their numbers", () => {
    assert.deepEqual(met(type(model.record({ a: "u8", b: stream, c: future })), { a: 1, b: 0, c: 0 }), ["7,1", "7,2"]);
    assert.deepEqual(met(type(model.tuple(stream, model.tuple("u8", stream))), [0, [1, 0]]), ["7,0", "7,1,1"]);
    assert.deepEqual(
      met(type(model.list(model.tuple("u8", future))), [
        [1, 0],
        [2, 0],
      ]),
      ["7,0,1", "7,1,1"],
    );
    assert.deepEqual(met(type(model.fixedLengthList(stream, 2)), [0, 0]), ["7,0", "7,1"]);
    assert.deepEqual(met(type(model.map("string", stream)), new Map([["a", 0]])), ["7,0,1"]);
  });

  test("options, results, variants and aliases add nothing", () => {
    assert.deepEqual(met(type(stream), 0), ["7"]);
    assert.deepEqual(met(type(model.option(stream)), 0), ["7"]);
    assert.deepEqual(met(type(model.option(model.option(stream))), { tag: "some", val: 0 }), ["7"]);
    assert.deepEqual(met(type(model.result(stream, future)), { tag: "err", val: 0 }), ["7"]);
    assert.deepEqual(met(type(model.variant({ a: model.tuple("u8", future) })), { tag: "a", val: [1, 0] }), ["7,1"]);
    assert.deepEqual(met(type(model.alias(model.list(stream))), [0, 0]), ["7,0", "7,1"]);
  });

  test("parameters are at their numbers, a result at 0", () => {
    const func = model.func({ a: stream, b: "u8", c: model.option(future) }, model.result(stream));
    assert.deepEqual(met(codec.params(model, func), [0, 1, 0]), ["7,0", "7,2"]);
    const result = codec.result(model, func);
    assert.ok(result);
    assert.deepEqual(met(result, { tag: "ok", val: 0 }), ["7,0"]);
    assert.deepEqual(codec.params(model, func).asyncPaths, [[0], [2]]);
    assert.deepEqual(result.asyncPaths, [[0]]);
  });

  test("declared paths", () => {
    const declared = (id: Type): readonly PathPattern[] => type(id).asyncPaths;
    assert.deepEqual(declared("string"), []);
    assert.deepEqual(declared(model.own(model.resource("thing"))), []);
    assert.deepEqual(declared(stream), [[]]);
    assert.deepEqual(declared(model.stream()), [[]]);
    assert.deepEqual(declared(model.stream(stream)), [[], ["*"]]);
    assert.deepEqual(declared(model.future(model.future(stream))), [[]]);
    assert.deepEqual(declared(model.future(model.stream(model.tuple("u8", future)))), [[], ["*", 1]]);
    assert.deepEqual(declared(model.list(model.record({ a: "u8", b: stream }))), [["*", 1]]);
    assert.deepEqual(declared(model.result(model.list(stream), model.tuple(future))), [["*"], [0]]);
    assert.deepEqual(declared(model.variant({ a: stream, b: stream, c: undefined })), [[]]);
  });

  test("whether decoding has effects", () => {
    const effects = (id: Type): boolean => type(id).hasEffects;
    assert.equal(effects(model.record({ a: model.list("string") })), false);
    assert.equal(effects(model.record({ a: model.list(model.borrow(model.resource("thing"))) })), true);
    assert.equal(effects(model.option(stream)), true);
    assert.equal(effects(model.variant({ a: model.future() })), true);
  });

  test("resources are known by where they were defined", () => {
    const thing = model.resource("big-thing");
    const values = type(model.tuple(model.own(thing), model.borrow(model.alias(thing, "other"))));
    const writer = new Writer();
    values.encode(writer, [Uint8Array.of(1), Uint8Array.of(2)], new RecordingLowering());
    const lifting = new RecordingLifting();
    values.decode(new Reader(writer.take()), lifting);
    const key = "test:codec/types@1.0.0#big-thing";
    assert.deepEqual(lifting.handles, [`own ${key}`, `borrow ${key}`]);
  });
}

function matches(pattern: PathPattern, path: readonly number[]): boolean {
  return pattern.length === path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}

/** The paths of all streams and futures inside a decoded value. */
function lifted(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("kind" in value) return [(value as Lifted).path.join()];
  return (value instanceof Map ? [...value.values()] : Object.values(value)).flatMap(lifted);
}
