import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findGrowth, findLeftovers, type Mark } from "./flatness.ts";

const mark = (client: number, server: number, leftovers: Mark["leftovers"] = {}): Mark => ({
  heaps: { client, server },
  leftovers,
});

describe("findGrowth", () => {
  it("allows a twentieth more than at the first mark", () => {
    assert.deepEqual(findGrowth(mark(10e6, 8e6), mark(10.5e6, 8.4e6)), []);
    assert.deepEqual(findGrowth(mark(10e6, 8e6), mark(5e6, 8.41e6)), [
      "the heap of the server grew from 8.00 MB to 8.41 MB",
    ]);
  });

  it("finds what is left behind, in whichever process", () => {
    const last = mark(1, 1, { "calls of the server": 2, "timers of tcp": 0 });
    assert.deepEqual(findGrowth(mark(1, 1, { "calls of the server": 9 }), last), ["2 calls of the server left behind"]);
    assert.deepEqual(findLeftovers(last), ["2 calls of the server left behind"]);
  });
});
