import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearestName } from "./did-you-mean.ts";

test("the nearest name is suggested", () => {
  assert.equal(nearestName("bucke", ["racket", "bucket", "buckets"]), "bucket");
  assert.equal(nearestName("frist", ["second", "first"]), "first");
  assert.equal(didYouMean("itm", ["item"]), '; did you mean "item"?');
});

test("nothing is suggested where nothing is near", () => {
  assert.equal(nearestName("a", ["b", "c"]), undefined);
  assert.equal(nearestName("store", ["world", "keys"]), undefined);
  assert.equal(didYouMean("x", []), "");
});

test("only so many and so long names are looked at", () => {
  const many = Array.from({ length: 5000 }, (_, index) => `name-${index}`);
  assert.equal(nearestName("target", [...many, "targets"]), undefined);
  assert.equal(nearestName("x".repeat(100), ["x".repeat(99)]), undefined);
});
