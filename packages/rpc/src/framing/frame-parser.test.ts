import assert from "node:assert/strict";
import { test } from "node:test";
import { isRpcError } from "../errors.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { FrameParser } from "./frame-parser.ts";

const bytes = Uint8Array.of(3, 0, 1, 2, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 1, 0x42, 2, 0x7f, 0xc6);

function parse(pieces: readonly Uint8Array[]): { frames: [string, number[]][]; parser: FrameParser } {
  const frames: [string, number[]][] = [];
  const parser = new FrameParser((path, data) => frames.push([path.join(), [...data]]), DEFAULT_LIMITS);
  for (const piece of pieces) parser.push(piece);
  return { frames, parser };
}

test("frames come out with their paths, empty ones too", () => {
  const { frames, parser } = parse([bytes]);
  assert.deepEqual(frames, [
    ["0,1,2", [0x74, 0x65, 0x73, 0x74]],
    ["", []],
    ["66", [0x7f, 0xc6]],
  ]);
  assert.equal(parser.insideFrame, false);
});

test("wherever the bytes are cut, the same data comes out, and the parser knows whether it stands inside a frame", () => {
  const ends = new Set([9, 11, 16]);
  for (let at = 1; at < bytes.length; at++) {
    const { frames } = parse([bytes.subarray(0, at), bytes.subarray(at)]);
    const joined = frames.reduce((all, [path, data]) => all.set(path, [...(all.get(path) ?? []), ...data]), new Map());
    assert.deepEqual(joined, new Map(parse([bytes]).frames), `cut at ${at}`);
    assert.equal(parse([bytes.subarray(0, at)]).parser.insideFrame, !ends.has(at), `cut at ${at}`);
  }
});

test("over-long forms of a number are taken, more than 32 bits are not", () => {
  assert.deepEqual(parse([Uint8Array.of(0x80, 0x80, 0x00, 0x81, 0x00, 9)]).frames, [["", [9]]]);
  assert.throws(() => parse([Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10)]), { code: "protocol" });
});

test("depth and length are limited when they are announced", () => {
  for (const announced of [[65], [0, 0x81, 0x80, 0x80, 0x08]]) {
    assert.throws(
      () => parse([Uint8Array.from(announced)]),
      (error) => isRpcError(error) && /limit max/.test(error.message),
    );
  }
});
