import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ValueError } from "@witwire/wit/values";
import { Trap } from "./canonical.ts";
import { compileFunction } from "./compile-function.ts";
import { compileParams, compileType, defs } from "./testing/compile.ts";
import { TestGuest } from "./testing/guest.ts";

describe("records and tuples", () => {
  const types = defs(
    {
      tag: "record",
      fields: [
        { name: "first-name", type: "string" },
        { name: "then", type: 1 },
        { name: "AGE", type: "u8" },
      ],
    },
    { tag: "option", type: "u8" },
    { tag: "tuple", types: ["u8", "u32", "u8"] },
  );

  test("have camelCase fields, all of which are there when lifted", () => {
    const { lowerParams, liftParams } = compileType(types);
    const guest = new TestGuest();
    const [lifted] = liftParams(guest, lowerParams(guest, [{ firstName: "Ada", age: 36, more: "ignored" }]));
    assert.deepEqual(lifted, { firstName: "Ada", then_: undefined, age: 36 });
    assert.deepEqual(Object.keys(lifted as object), ["firstName", "then_", "age"]);
    assert.equal(Object.getPrototypeOf(lifted), Object.prototype);
  });

  test("are laid out with padding", () => {
    const { lowerResult, liftResult } = compileType(types, 2);
    const guest = new TestGuest();
    lowerResult(guest, [0, 0, 0, 64], [1, 0x05040302, 6]);
    assert.deepEqual([...guest.bytes().subarray(64, 76)], [1, 0, 0, 0, 2, 3, 4, 5, 6, 0, 0, 0]);
    assert.deepEqual(liftResult(guest, 64), [1, 0x05040302, 6]);
    assert.deepEqual(liftResult(guest, 65536 - 12), [0, 0, 0]);
    assert.throws(() => liftResult(guest, 65536 - 8), Trap);
  });

  test("say what does not fit", () => {
    const guest = new TestGuest();
    for (const value of [null, undefined, 5, "x", []]) {
      assert.throws(
        () => compileType(types).lowerParams(guest, [value]),
        /^ValueError: param "p": expected an object, got /,
      );
    }
    for (const value of [[1, 2], [1, 2, 3, 4], {}, Uint8Array.of(1, 2, 3)]) {
      assert.throws(
        () => compileType(types, 2).lowerParams(guest, [value]),
        /^ValueError: param "p": expected an array of 3, got /,
      );
    }
  });
});

describe("variants, enums, options, results", () => {
  const types = defs(
    {
      tag: "variant",
      cases: [
        { name: "small", type: "u8" },
        { name: "wide", type: "u64" },
        { name: "float", type: "f32" },
        { name: "none" },
      ],
    },
    { tag: "enum", cases: [{ name: "dark-red" }, { name: "green" }] },
    { tag: "option", type: "u8" },
    { tag: "option", type: 5 },
    { tag: "result", err: "string" },
    { tag: "alias", type: 2 },
    { tag: "enum", cases: Array.from({ length: 257 }, (_, index) => ({ name: `c${index}` })) },
    { tag: "tuple", types: [6, "u8"] },
    {
      tag: "variant",
      cases: [
        { name: "f", type: "f32" },
        { name: "d", type: "f64" },
        { name: "i", type: "s8" },
      ],
    },
  );
  const guest = new TestGuest();
  const lower = (type: number, value: unknown): unknown => compileType(types, type).lowerParams(guest, [value]);
  const lift = (type: number, ...core: (number | bigint)[]): unknown =>
    compileType(types, type).liftParams(guest, core)[0];

  test("only the bits of a case's own type survive the joined core value", () => {
    assert.deepEqual(lift(0, 0, 0xff02n), { tag: "small", val: 2 });
    assert.deepEqual(lift(0, 0, 0xff_0000_0004n), { tag: "small", val: 4 });
    assert.deepEqual(lift(0, 1, -1n), { tag: "wide", val: 2n ** 64n - 1n });
    assert.deepEqual(lift(0, 2, -0xbfb6f025n), { tag: "float", val: Math.fround(Math.PI) });
    assert.deepEqual(lift(0, 3, 7n), { tag: "none" });
    assert.deepEqual(lower(0, { tag: "small", val: 2 }), [0, 2n]);
    assert.deepEqual(lower(0, { tag: "float", val: Math.fround(Math.PI) }), [2, 0x40490fdbn]);
    assert.deepEqual(lower(0, { tag: "none" }), [3, 0n]);
    assert.deepEqual(lower(8, { tag: "f", val: -0 }), [0, 0x80000000n]);
    assert.deepEqual(lower(8, { tag: "d", val: 1 }), [1, 0x3ff0000000000000n]);
    assert.deepEqual(lower(8, { tag: "i", val: -1 }), [2, 0xffffffffn]);
    assert.deepEqual(lift(8, 1, 0xfff0000000000001n), { tag: "d", val: NaN });
  });

  test("a discriminant that no case has traps, flat and in memory", () => {
    const traps: [type: number, discriminant: number, message: RegExp][] = [
      [0, 4, /^Trap: param "p": invalid discriminant 4 of a variant with 4 cases/],
      [1, 2, /^Trap: param "p": invalid discriminant 2 of an enum with 2 cases/],
      [1, -1, /^Trap: param "p": invalid discriminant 4294967295 of an enum/],
      [2, 256, /^Trap: param "p": invalid discriminant 256 of an option with 2 cases/],
      [4, 2, /^Trap: param "p": invalid discriminant 2 of a result with 2 cases/],
      [6, 257, /^Trap: param "p": invalid discriminant 257 of an enum with 257 cases/],
    ];
    for (const [type, discriminant, message] of traps) assert.throws(() => lift(type, discriminant, 0n, 0), message);
    guest.view().setUint16(128, 257, true);
    assert.throws(() => compileType(types, 7).liftResult(guest, 128), /^Trap: result\[0\]: invalid discriminant 257/);
    guest.view().setUint16(128, 256, true);
    assert.deepEqual(compileType(types, 7).liftResult(guest, 128), ["c256", 0]);
  });

  test("only the outer one of two options is tagged, whichever alias hides the inner one", () => {
    for (const [value, core] of [
      [{ tag: "none" }, [0, 0, 0]],
      [{ tag: "some", val: undefined }, [1, 0, 0]],
      [{ tag: "some", val: 7 }, [1, 1, 7]],
    ] as const) {
      assert.deepEqual(lower(3, value), core);
      assert.deepEqual(lift(3, ...core), value);
    }
    assert.deepEqual(lower(2, null), [0, 0]);
    assert.deepEqual(lift(2, 0, 9), undefined);
  });

  test("a result has a val on both sides, be it undefined", () => {
    assert.deepEqual(lift(4, 0, 0, 0), { tag: "ok", val: undefined });
    assert.deepEqual(lower(4, { tag: "ok", val: "ignored" }), [0, 0, 0]);
    assert.deepEqual(lift(4, 1, 0, 0), { tag: "err", val: "" });
  });

  test("say what does not fit", () => {
    const problems: [type: number, value: unknown, message: RegExp][] = [
      [0, "none", /param "p": expected an object \{ tag, val \}, got "none"/],
      [0, { tag: "huge" }, /param "p"\.tag: expected "small", "wide", "float" or "none", got "huge"/],
      [0, { tag: "none", val: 1 }, /param "p"\.val: expected nothing for "none", got 1/],
      [0, { tag: "small", val: 256 }, /param "p"\.val: expected a u8/],
      [1, "darkRed", /param "p": expected "dark-red" or "green", got "darkRed"/],
      [2, "x", /param "p": expected a u8/],
      [3, 7, /param "p": expected an object \{ tag, val \} \(an option of an option\), got 7/],
      [3, { tag: "ok" }, /param "p"\.tag: expected "some" or "none", got "ok"/],
      [3, { tag: "none", val: 1 }, /param "p"\.val: expected nothing for "none"/],
      [4, { tag: "error" }, /param "p"\.tag: expected "ok" or "err", got "error"/],
      [4, { tag: "err", val: 1 }, /param "p"\.val: expected a string, got 1/],
      [6, "c257", /param "p": expected one of "c0", .* "c7" … \(257 in all\), got "c257"/],
    ];
    for (const [type, value, message] of problems) assert.throws(() => lower(type, value), message);
  });
});

describe("flags", () => {
  const flags = (count: number): ReturnType<typeof defs> =>
    defs({ tag: "flags", flags: Array.from({ length: count }, (_, index) => ({ name: `flag-${index}` })) });

  test("drop the bits that belong to none", () => {
    const guest = new TestGuest();
    assert.deepEqual(compileType(flags(2)).liftParams(guest, [-2]), [{ flag0: false, flag1: true }]);
    guest.bytes()[8] = 0xfd;
    assert.deepEqual(compileType(flags(2)).liftParams(guest, [5]), [{ flag0: true, flag1: false }]);
    const all = compileType(flags(32)).liftParams(guest, [-1])[0] as object;
    assert.ok(Object.values(all).length === 32 && Object.values(all).every((flag) => flag === true));
    assert.deepEqual(
      compileType(flags(32))
        .lowerParams(guest, [all])
        .map((bits) => Number(bits) >>> 0),
      [0xffffffff],
    );
  });

  test("not given are false, and no others than booleans will do", () => {
    const { lowerParams } = compileType(flags(9));
    assert.deepEqual(lowerParams(new TestGuest(), [{ flag8: true, flag0: undefined, flag1: false }]), [256]);
    assert.throws(
      () => lowerParams(new TestGuest(), [{ flag3: 1 }]),
      /^ValueError: param "p"\.flag3: expected a boolean, got 1/,
    );
    assert.throws(
      () => lowerParams(new TestGuest(), [true]),
      /^ValueError: param "p": expected an object of booleans, got true/,
    );
  });
});

describe("handles", () => {
  const types = defs(
    { tag: "resource" },
    { tag: "alias", type: 0 },
    { tag: "own", resource: 1 },
    { tag: "borrow", resource: 1 },
    { tag: "list", type: 2 },
  );

  test("are the context's business, under the resource behind every alias", () => {
    const asked: unknown[] = [];
    class Recording extends TestGuest {
      override liftOwn(resource: number, handle: number): unknown {
        return asked.push(["lift own", resource, handle]);
      }
      override liftBorrow(resource: number, handle: number): unknown {
        return asked.push(["lift borrow", resource, handle]);
      }
      override lowerOwn(resource: number, value: unknown): number {
        return asked.push(["lower own", resource, value]);
      }
      override lowerBorrow(resource: number, value: unknown): number {
        return asked.push(["lower borrow", resource, value]);
      }
    }
    const guest = new Recording();
    const { lowerParams, liftParams } = compileParams(types, 2, 3);
    assert.deepEqual(lowerParams(guest, ["a", "b"]), [1, 2]);
    assert.deepEqual(liftParams(guest, [7, -1]), [3, 4]);
    assert.deepEqual(asked, [
      ["lower own", 0, "a"],
      ["lower borrow", 0, "b"],
      ["lift own", 0, 7],
      ["lift borrow", 0, 4294967295],
    ]);
  });

  test("are known to be inside", () => {
    assert.ok(compileType(types, 4).hasHandles);
    assert.ok(compileFunction(types, { async: false, params: [], result: 3 }).hasHandles);
    assert.ok(!compileType([], "string").hasHandles);
  });

  test("what the context throws gets its place, and stays the same error", () => {
    const errors = { trap: new Trap("unknown handle 5", "resource-exhausted"), value: new ValueError("gone") };
    class Throwing extends TestGuest {
      override liftOwn(): unknown {
        throw errors.trap;
      }
      override lowerOwn(): number {
        throw errors.value;
      }
    }
    const { liftParams, lowerParams } = compileType(types, 4);
    const guest = new Throwing();
    assert.throws(
      () => liftParams(guest, [8, 1]),
      (error) => error === errors.trap,
    );
    assert.equal(errors.trap.message, 'param "p"[0]: unknown handle 5');
    assert.match(errors.trap.stack ?? "", /^Trap: param "p"\[0\]: unknown handle 5\n/);
    assert.throws(
      () => lowerParams(guest, [[1]]),
      (error) => error === errors.value,
    );
    assert.equal(errors.value.message, 'param "p"[0]: gone');
    // Thrown again out of another call, it keeps the place where it happened.
    assert.throws(() => liftParams(guest, [8, 1]), { message: 'param "p"[0]: unknown handle 5' });
  });

  test("errors of another kind pass through untouched", () => {
    const error = new Error("from inside the guest");
    class Throwing extends TestGuest {
      override allocate(): number {
        throw error;
      }
    }
    assert.throws(
      () => compileType(types, 4).lowerParams(new Throwing(), [[1]]),
      (thrown) => thrown === error,
    );
    assert.equal(error.message, "from inside the guest");
  });
});

test("a message leads to the culprit through everything that holds it", () => {
  const types = defs(
    { tag: "list", type: 1 },
    { tag: "record", fields: [{ name: "the-items", type: 2 }] },
    { tag: "map", key: "u8", value: 3 },
    { tag: "result", ok: 4 },
    { tag: "tuple", types: ["u8", 5] },
    { tag: "option", type: 6 },
    { tag: "variant", cases: [{ name: "some-case", type: "string" }] },
  );
  const { lowerParams, liftParams } = compileFunction(types, { async: false, params: [{ name: "items", type: 0 }] });
  const value = (text: unknown): unknown => [
    { theItems: new Map() },
    { theItems: new Map([[7, { tag: "ok", val: [1, { tag: "some-case", val: text }] }]]) },
  ];
  const guest = new TestGuest();
  const path = 'param "items"\\[1\\]\\.theItems\\[7\\]\\.val\\[1\\]\\.val: ';
  assert.throws(() => lowerParams(guest, [value(5)]), new RegExp(`^ValueError: ${path}expected a string, got 5$`));
  const core = lowerParams(guest, [value("x".repeat(20))]);
  const text = guest.bytes().lastIndexOf(0x78);
  guest.bytes()[text - 2] = 0xff;
  const message = `${path}invalid UTF-8 at byte 17 of the string at 0x${(text - 19).toString(16)}`;
  assert.throws(() => liftParams(guest, core), new RegExp(`^Trap: ${message}$`));
});
