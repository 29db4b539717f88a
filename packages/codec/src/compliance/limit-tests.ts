import assert from "node:assert/strict";
import { test } from "node:test";
import type { Type } from "@witwire/wit/model";
import type { Codec } from "../codec.ts";
import { DecodeError } from "../errors.ts";
import { DEFAULT_DECODE_LIMITS } from "../limits.ts";
import { decode, decodeBytewise, encode } from "./exercise.ts";
import { ModelBuilder } from "./model.ts";

/** What the reader's limits allow is decoded, and nothing more. */
export function limitTests(codec: Codec): void {
  const model = new ModelBuilder();

  /** Decodes with one limit set, at once and byte by byte. */
  const decodeWithin = (type: Type, value: unknown, limit: Partial<typeof DEFAULT_DECODE_LIMITS>): void => {
    const values = codec.type(model, type);
    const bytes = encode(values, value);
    const limits = { ...DEFAULT_DECODE_LIMITS, ...limit };
    decode(values, bytes, limits);
    decodeBytewise(values, bytes, limits);
  };
  const refused = (type: Type, value: unknown, limit: Partial<typeof DEFAULT_DECODE_LIMITS>, message: RegExp): void => {
    const values = codec.type(model, type);
    const bytes = encode(values, value);
    const limits = { ...DEFAULT_DECODE_LIMITS, ...limit };
    const expected = (error: unknown): boolean => {
      assert.ok(error instanceof DecodeError, String(error));
      assert.equal(error.kind, "limit");
      assert.match(error.message, message);
      return true;
    };
    assert.throws(() => decode(values, bytes, limits), expected, "at once");
    assert.throws(() => decodeBytewise(values, bytes, limits), expected, "byte by byte");
  };

  test("bytes of one value", () => {
    const record = model.record({ a: "string", b: model.list("u8"), c: "u32" });
    const value = { a: "x".repeat(100), b: new Uint8Array(100), c: 7 };
    const size = encode(codec.type(model, record), value).length;
    decodeWithin(record, value, { maxValueBytes: size });
    refused(record, value, { maxValueBytes: size - 1 }, /limit of \d+ bytes|more than the limit of/);
    refused(record, value, { maxValueBytes: 50 }, /more than the limit of 50/);
  });

  test("elements of all lists in one value together", () => {
    const lists = model.list(model.list("bool"));
    const value = [
      [true, false],
      [true, false],
      [true, false],
    ];
    decodeWithin(lists, value, { maxElements: 9 });
    refused(lists, value, { maxElements: 8 }, /more list elements than the limit of 8/);
    const map = model.map("string", "bool");
    refused(map, new Map([["a", true]]), { maxElements: 0 }, /more list elements/);
    refused(model.fixedLengthList("string", 3), ["", "", ""], { maxElements: 2 }, /more list elements/);
  });

  test("elements that take no bytes", () => {
    const empties = model.list(model.tuple());
    decodeWithin(
      empties,
      Array.from({ length: 5 }, () => []),
      { maxElements: 5 },
    );
    refused(
      empties,
      Array.from({ length: 6 }, () => []),
      { maxElements: 5 },
      /more list elements than the limit of 5/,
    );
  });

  test("lists of numbers count as bytes alone", () => {
    decodeWithin(model.list("u8"), new Uint8Array(100), { maxElements: 0 });
    decodeWithin(model.list("u32"), new Uint32Array(100), { maxElements: 0 });
    refused(model.list("u32"), new Uint32Array(100), { maxValueBytes: 100 }, /limit of 100/);
    refused(model.list("f64"), new Float64Array(100), { maxValueBytes: 100 }, /limit of 100/);
  });

  test("a value starts with the whole limit, whatever came before", () => {
    const values = codec.type(model, model.list("bool"));
    const bytes = encode(values, [true, true]);
    const limits = { maxElements: 2, maxValueBytes: bytes.length };
    const first = decode(values, bytes, limits);
    assert.deepEqual(
      [first, decode(values, bytes, limits)],
      [
        [true, true],
        [true, true],
      ],
    );
  });
}
