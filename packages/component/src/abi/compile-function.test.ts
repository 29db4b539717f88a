import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type, TypeKind } from "@witwire/wit/model";
import type { CoreType } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import { compileFunction } from "./compile-function.ts";
import { compileParams, compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

const string = { tag: "list", type: "u8" } as const;

describe("core signatures", () => {
  test("primitives", () => {
    const flat: [Type, CoreType[]][] = [
      ...(["bool", "u8", "s8", "u16", "s16", "u32", "s32", "char"] as const).map((type): [Type, CoreType[]] => [
        type,
        ["i32"],
      ]),
      ["u64", ["i64"]],
      ["s64", ["i64"]],
      ["f32", ["f32"]],
      ["f64", ["f64"]],
      ["string", ["i32", "i32"]],
    ];
    for (const [type, core] of flat) assert.deepEqual(compileParams([], type).liftSignature.params, core);
  });

  test("variants join what their cases need", () => {
    const joins: [Type, Type, CoreType[]][] = [
      ["u32", "f32", ["i32"]],
      ["f32", "f32", ["f32"]],
      ["f64", "f64", ["f64"]],
      ["f32", "f64", ["i64"]],
      ["u32", "f64", ["i64"]],
      ["u64", "f32", ["i64"]],
      ["f64", "string", ["i64", "i32"]],
      ["string", "f32", ["i32", "i32"]],
    ];
    for (const [ok, err, core] of joins) {
      const { liftSignature } = compileParams(defs({ tag: "result", ok, err }), 0);
      assert.deepEqual(liftSignature.params, ["i32", ...core]);
    }
  });

  test("sixteen core parameters are flat, seventeen go through memory", () => {
    const many = (count: number): Type[] => Array.from({ length: count }, (): Type => "u64");
    assert.deepEqual(compileParams([], ...many(16)).liftSignature.params, many(16).fill("i64" as never));
    assert.deepEqual(compileParams([], ...many(17)).liftSignature.params, ["i32"]);
    assert.deepEqual(compileParams([], ...many(15), "string").lowerSignature.params, ["i32"]);
    const list = defs({ tag: "fixed-length-list", type: "u8", length: 16 });
    assert.equal(compileParams(list, 0).liftSignature.params.length, 16);
    assert.deepEqual(compileParams(list, 0, "u8").liftSignature.params, ["i32"]);
  });

  test("one core result is flat, more come or go through memory", () => {
    const one = compileType([], "u64");
    assert.deepEqual(one.liftSignature, { params: ["i64"], results: ["i64"] });
    assert.deepEqual(one.lowerSignature, one.liftSignature);
    const two = compileType([], "string");
    assert.deepEqual(two.liftSignature, { params: ["i32", "i32"], results: ["i32"] });
    assert.deepEqual(two.lowerSignature, { params: ["i32", "i32", "i32"], results: [] });
    const none = compileParams([], "f32");
    assert.deepEqual(none.lowerSignature, { params: ["f32"], results: [] });
    assert.equal(none.liftResult(new TestGuest(), undefined), undefined);
    assert.equal(none.lowerResult(new TestGuest(), [1], "ignored"), undefined);
  });
});

describe("types that are refused", () => {
  const refused = (message: RegExp, ...kinds: readonly TypeKind[]): void => {
    assert.throws(() => compileType(defs(...kinds)), message);
  };

  test("component-model async is unsupported", () => {
    const unsupported = { code: "unsupported", message: /^unsupported: / };
    assert.throws(() => compileFunction([], { async: true, params: [] }), unsupported);
    assert.throws(() => compileType([], "error-context"), unsupported);
    assert.throws(() => compileType(defs({ tag: "stream" })), unsupported);
    assert.throws(() => compileType(defs({ tag: "list", type: 1 }, { tag: "future", type: "u8" })), unsupported);
  });

  test("more than 32 flags are unsupported", () => {
    const flags = (count: number): TypeKind => ({
      tag: "flags",
      flags: Array.from({ length: count }, (_, index) => ({ name: `f${index}` })),
    });
    compileType(defs(flags(32)));
    refused(/^ComponentError: unsupported: type 0 with more than 32 flags/, flags(33));
  });

  test("what no component has", () => {
    refused(/type 0 is empty/, { tag: "record", fields: [] });
    refused(/type 1 is empty/, { tag: "list", type: 1 }, { tag: "tuple", types: [] });
    refused(/type 0 is empty/, { tag: "fixed-length-list", type: "u8", length: 0 });
    refused(/type 0 has no cases/, { tag: "variant", cases: [] });
    refused(/type 0 has no cases/, { tag: "enum", cases: [] });
    refused(/type 0 has no flags/, { tag: "flags", flags: [] });
    refused(/type 0 contains itself/, { tag: "option", type: 0 });
    refused(/type 0 is an alias of itself/, { tag: "alias", type: 1 }, { tag: "alias", type: 0 });
    refused(/there is no type 7/, { tag: "list", type: 7 });
    refused(/type 0 is a resource/, { tag: "resource" });
    refused(/type 1 is no resource/, { tag: "own", resource: 1 }, string);
    refused(/"__proto__" cannot be the name/, { tag: "record", fields: [{ name: "__proto__", type: "u8" }] });
  });

  test("more than 64 levels", () => {
    const nested = (levels: number): TypeKind[] =>
      Array.from({ length: levels }, (_, level) => ({ tag: "list", type: level + 1 === levels ? "u8" : level + 1 }));
    compileType(defs(...nested(64)));
    refused(/nests more than 64 levels deep/, ...nested(65));
    refused(/nests more than 64 levels deep/, ...nested(10_000));
  });

  test("fixed-length lists that no memory could hold, without counting their elements", () => {
    const long = (type: Type): TypeKind => ({ tag: "fixed-length-list", type, length: 2 ** 32 - 1 });
    refused(/^ComponentError: unsupported: type 0 with its 4294967295 bytes/, long("u8"));
    refused(/type 0 with its 268435456 bytes/, { tag: "fixed-length-list", type: "u8", length: 2 ** 28 });
    compileType(defs({ tag: "fixed-length-list", type: "u8", length: 2 ** 28 - 1 }));
    const large: TypeKind[] = [
      { tag: "fixed-length-list", type: 1, length: 10_000 },
      { tag: "fixed-length-list", type: "string", length: 3000 },
    ];
    assert.deepEqual(compileType(defs(...large)).liftSignature.params, ["i32"]);
  });
});

test("a type of very many parts is compiled like any other", () => {
  const cases = Array.from({ length: 200_000 }, (_, index) => ({ name: `c${index}`, type: "u16" as const }));
  const { lowerParams, lowerResult, liftResult, liftSignature } = compileType(defs({ tag: "variant", cases }));
  const guest = new TestGuest();
  const last = { tag: "c199999", val: 7 };
  assert.deepEqual(liftSignature.params, ["i32", "i32"]);
  assert.deepEqual(lowerParams(guest, [last]), [199_999, 7]);
  lowerResult(guest, [0, 0, 64], last);
  assert.deepEqual(guest.view().getUint32(64, true), 199_999);
  assert.deepEqual(liftResult(guest, 64), last);
});

describe("parameters and results in memory", () => {
  const big = Array.from({ length: 17 }, (): Type => "u32");
  const values = big.map((_, index) => index);

  test("a pointer must be aligned and lead into memory", () => {
    const { liftParams } = compileParams([], ...big);
    const { liftResult, lowerResult } = compileType(defs({ tag: "tuple", types: ["u32", "u64"] }));
    const guest = new TestGuest();
    const size = guest.bytes().length;
    assert.throws(() => liftParams(guest, [2]), /^Trap: params: misaligned pointer 0x2: it must be aligned to 4 bytes/);
    assert.deepEqual(liftParams(guest, [size - 68]), values.fill(0));
    const outside = /^Trap: params: 68 bytes at 0x[0-9a-f]+ are out of bounds of 65536 bytes of memory/;
    for (const pointer of [size - 64, size, -4, -(2 ** 31)]) assert.throws(() => liftParams(guest, [pointer]), outside);
    assert.throws(() => liftResult(guest, 4), /^Trap: result: misaligned pointer 0x4/);
    assert.throws(() => lowerResult(guest, [0, 0n, 4], [1, 2n]), /^Trap: result: misaligned pointer 0x4/);
    assert.throws(() => lowerResult(guest, [0, 0n, -8], [1, 2n]), /^Trap: result: 16 bytes at 0xfffffff8 are out/);
  });

  test("an allocation that fails traps, and says for what", () => {
    class Failing extends TestGuest {
      override reallocate(): number {
        throw new Trap("realloc answered nonsense");
      }
    }
    const { lowerParams } = compileParams([], ...big);
    assert.throws(() => lowerParams(new Failing(), values), /^Trap: params: realloc answered nonsense/);
    const strings = compileParams([], "u8", "string");
    assert.throws(() => strings.lowerParams(new Failing(), [1, ""]), /^Trap: param "1": realloc answered nonsense/);
  });

  test("large values without lists are counted too", () => {
    const { liftResult } = compileType(defs({ tag: "fixed-length-list", type: "u8", length: 10_000 }));
    const guest = new TestGuest("utf8", 9_999);
    assert.throws(() => liftResult(guest, 0), /^Trap: result: more than the limit/);
  });
});

describe("arguments", () => {
  test("surplus ones are ignored, missing ones are none", () => {
    const { lowerParams } = compileParams(defs({ tag: "option", type: "u8" }), "u8", 0);
    const guest = new TestGuest();
    assert.deepEqual(lowerParams(guest, [1, 2, 3, 4]), [1, 1, 2]);
    assert.deepEqual(lowerParams(guest, [1]), [1, 0, 0]);
    assert.throws(() => lowerParams(guest, []), /^ValueError: param "0": expected a u8 \(0 to 255\), got undefined/);
  });
});
