import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replaceBetweenMarkers } from "./markers.ts";

describe("replaceBetweenMarkers", () => {
  it("keeps what is around them, however often it is done", () => {
    const once = replaceBetweenMarkers("a\n<!-- bench:start -->old<!-- bench:end -->\nb\n", "new");
    assert.equal(once, "a\n<!-- bench:start -->\n\nnew\n\n<!-- bench:end -->\nb\n");
    assert.equal(replaceBetweenMarkers(once, "new"), once);
  });

  it("refuses a document without them", () => {
    assert.throws(() => replaceBetweenMarkers("<!-- bench:end --><!-- bench:start -->", ""), RangeError);
  });
});
