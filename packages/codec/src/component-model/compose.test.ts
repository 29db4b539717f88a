import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode, encode } from "../compliance/exercise.ts";
import { ModelBuilder } from "../compliance/model.ts";
import * as everyKind from "../kinds.ts";
import { listKind, optionKind, recordKind, stringKind, u8Kind, u8ListKind, u32Kind } from "../kinds.ts";
import { componentModelCodec } from "./codec.ts";
import { composeCodec } from "./compose.ts";
import { allKinds } from "./kinds.ts";

const model = new ModelBuilder();
const names = model.list("string");
const bytes = model.list("u8");
const note = model.record({ id: "u32", names, body: bytes, author: model.option("string") });
const value = { id: 7, names: ["a", "ö"], body: Uint8Array.of(1, 2), author: undefined };

describe("composed codecs", () => {
  const kinds = [recordKind, listKind, optionKind, stringKind, u8Kind, u32Kind, u8ListKind];

  it("write and read what the codec of all kinds does", () => {
    const codec = composeCodec(kinds).type(model, note);
    const encoded = encode(codec, value);
    assert.deepEqual(encoded, encode(componentModelCodec.type(model, note), value));
    assert.deepEqual(decode(codec, encoded), value);
  });

  it("refuse types of kinds that they were not given, by name", () => {
    const codec = composeCodec(kinds);
    assert.throws(() => codec.type(model, model.record({ done: "bool" })), /composed without the kind of bool/);
    assert.throws(() => codec.type(model, model.tuple("string")), /composed without the kind of tuple/);
    assert.throws(() => codec.type(model, model.list("u32")), /composed without the kind of list<u32>/);
  });

  it("take options", () => {
    const shade = model.flags(...Array.from({ length: 17 }, (_, index) => `f${index}`));
    const rust = composeCodec([everyKind.flagsKind], { rustFlagsQuirk: true }).type(model, shade);
    assert.equal(rust.minBytes, 4);
    assert.equal(composeCodec([everyKind.flagsKind]).type(model, shade).minBytes, 3);
  });

  it("can be given every kind that the codec of all kinds has", () => {
    const exported = new Set<unknown>(Object.values(everyKind));
    for (const goChars of [false, true]) {
      for (const kind of allKinds(goChars)) assert.ok(exported.has(kind), kind.tag);
    }
    assert.equal(exported.size, allKinds(false).length + 1);
  });
});
