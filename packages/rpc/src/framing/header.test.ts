import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeHeader, HeaderParser } from "./header.ts";

const limits = { maxNameBytes: 20 };

test("a header reads as it was written, wherever it is cut, and what follows is left alone", () => {
  for (const header of [
    { instance: "a:b/c@1.2.3", name: "ő.f" },
    { instance: "", name: "root" },
    { instance: "", name: "" },
  ]) {
    const bytes = Uint8Array.from([...encodeHeader(header), 0xaa, 0xbb]);
    const end = bytes.length - 2;
    for (let at = 0; at <= end; at++) {
      const parser = new HeaderParser(limits);
      const first = parser.push(bytes.subarray(0, at));
      if (first === -1) assert.equal(parser.push(bytes, at), end, `cut at ${at}`);
      else assert.equal(first, end);
      assert.deepEqual(parser.header, header);
    }
  }
});

test("another version, long names and bad UTF-8 are refused at their first wrong byte", () => {
  for (const [bytes, reason] of [
    [[0x57], /version byte 0x57/],
    [[0, 21], /instance name of 21 bytes.*maxNameBytes \(20\)/],
    [[0, 0, 21], /function name of 21 bytes/],
    [[0, 1, 0xff], /UTF-8/],
  ] as const) {
    assert.throws(() => new HeaderParser(limits).push(Uint8Array.from(bytes)), reason);
  }
});
