import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseFloat32, printFloat } from "./float-text.ts";

describe("parseFloat32", () => {
  it("rounds once, where going through f64 would round twice", () => {
    // 1 + 2^-24 is half-way between 1 and the next f32; the texts are a hair beyond it, too little for an f64 to tell.
    assert.equal(parseFloat32("1.00000005960464477539062500000001"), 1.0000001192092896);
    assert.equal(parseFloat32("1.000000059604644775390625"), 1);
    assert.equal(parseFloat32("1.00000005960464477539062499999999"), 1);
    assert.equal(parseFloat32("-1.00000005960464477539062500000001"), -1.0000001192092896);
    // 1 + 3 * 2^-24 would round to even, upwards.
    assert.equal(parseFloat32("1.000000178813934326171874999999999"), 1.0000001192092896);
    assert.equal(parseFloat32("1.000000178813934326171875"), 1.000000238418579);
  });

  it("rounds once at the edges of the range", () => {
    const largest = 3.4028234663852886e38;
    assert.equal(parseFloat32("340282356779733661637539395458142568447"), largest);
    assert.equal(parseFloat32("-340282356779733661637539395458142568447"), -largest);
    assert.equal(parseFloat32("340282356779733661637539395458142568448"), Number.POSITIVE_INFINITY);
    const halfOfSmallest =
      "7.00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094181060791015625e-46";
    assert.equal(parseFloat32(halfOfSmallest), 0);
    assert.equal(parseFloat32(halfOfSmallest.replace("e-46", "1e-46")), 1.401298464324817e-45);
    assert.equal(parseFloat32("-1e-60"), -0);
  });
});

describe("printFloat", () => {
  it("writes the shortest text without an exponent", () => {
    const rows: [number, 32 | 64, string][] = [
      [0, 64, "0"],
      [-0, 32, "-0"],
      [1, 32, "1"],
      [-100000, 32, "-100000"],
      [Math.fround(-4.2601), 32, "-4.2601"],
      [Math.fround(3.4028234664e38), 32, "340282350000000000000000000000000000000"],
      [Math.fround(1.4012984643e-45), 32, `0.${"0".repeat(44)}1`],
      [2 ** -96, 32, "0.000000000000000000000000000012621775"],
      [-(2 ** 87), 32, "-154742510000000000000000000"],
      [1e21, 64, "1000000000000000000000"],
      [1.5e-7, 64, "0.00000015"],
      [123.456, 64, "123.456"],
      [Number.NaN, 64, "nan"],
      [Number.NEGATIVE_INFINITY, 32, "-inf"],
    ];
    for (const [value, width, text] of rows) assert.equal(printFloat(value, width), text);
  });

  it("is read back as the same value", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => Object.is(parse(printFloat(value, 32), parseFloat32), value)),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => Object.is(parse(printFloat(value, 64), Number), value)),
    );
  });
});

function parse(text: string, finite: (text: string) => number): number {
  return text.endsWith("inf") ? Number(text.replace("inf", "Infinity")) : finite(text);
}
