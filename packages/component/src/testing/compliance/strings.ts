import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ComponentError } from "../../index.ts";
import type { StringEncoding } from "../guest-builder.ts";
import { imageBase } from "../memory-guest.ts";
import { list, scalar } from "../test-type.ts";
import type { Engine } from "./engine.ts";
import { MemoryGuest, trap } from "./memory-guest-session.ts";

const utf16Tag = 0x8000_0000;

/** Sequences of bytes that are no UTF-8, one for each way to be none. */
const invalidUtf8: Readonly<Record<string, readonly number[]>> = {
  "a continuation byte alone": [0x80],
  "the last continuation byte alone": [0xbf],
  "two bytes where one would do": [0xc0, 0x80],
  "two bytes where one would do, at the end of that range": [0xc1, 0xbf],
  "three bytes where two would do": [0xe0, 0x9f, 0xbf],
  "four bytes where three would do": [0xf0, 0x8f, 0xbf, 0xbf],
  "the first surrogate": [0xed, 0xa0, 0x80],
  "the last surrogate": [0xed, 0xbf, 0xbf],
  "a surrogate pair": [0xed, 0xa0, 0xbd, 0xed, 0xb2, 0xa9],
  "beyond Unicode": [0xf4, 0x90, 0x80, 0x80],
  "a lead byte that there is not": [0xf5, 0x80, 0x80, 0x80],
  "0xfe": [0xfe],
  "0xff": [0xff],
  "two bytes, cut off": [0x41, 0xc3],
  "three bytes, cut off": [0xe2, 0x82],
  "four bytes, cut off": [0xf0, 0x9f, 0x9a],
  "a letter where a continuation byte belongs": [0xc3, 0x41],
  "a letter where the last continuation byte belongs": [0xe2, 0x82, 0x41],
  "a lead byte after a lead byte": [0xe2, 0xe2, 0x82, 0xac],
};

const invalidUtf16: Readonly<Record<string, readonly number[]>> = {
  "a high surrogate alone": [0xd800],
  "a low surrogate alone": [0xdc00],
  "a high surrogate at the end": [0x41, 0xdbff],
  "a high surrogate before a letter": [0xd83d, 0x41],
  "two high surrogates": [0xd83d, 0xd83d, 0xdea9],
  "a pair the wrong way round": [0xdea9, 0xd83d],
};

/** Strings in all three encodings: which bytes are one, and which texts can be sent. */
export function stringCompliance(engine: Engine): void {
  const types = { string: scalar("string"), strings: list(scalar("string")) };
  const guests: Readonly<Record<StringEncoding, MemoryGuest>> = {
    utf8: new MemoryGuest(engine, "utf8", types),
    utf16: new MemoryGuest(engine, "utf16", types),
    "latin1+utf16": new MemoryGuest(engine, "latin1+utf16", types),
  };
  const encodings = Object.keys(guests) as StringEncoding[];
  const units = (codes: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(codes).buffer);

  describe("strings from guests", () => {
    test("that are no UTF-8, short and in the middle of long ones", async () => {
      for (const [title, bytes] of Object.entries(invalidUtf8)) {
        await guests.utf8.traps(title, (session) => session.string(bytes, bytes.length), /UTF-8|utf-?8/i);
        const before = new Array<number>(500).fill(0x61);
        const long = [...before, ...bytes, ...before];
        await guests.utf8.traps(`${title}, in a long text`, (session) => session.string(long, long.length));
        const late = [...before, ...bytes];
        await guests.utf8.traps(`${title}, at the end of a long text`, (session) => session.string(late, late.length));
      }
    });

    test("with half a surrogate pair", async () => {
      for (const [title, codes] of Object.entries(invalidUtf16)) {
        const bytes = units(codes);
        await guests.utf16.traps(title, (session) => session.string(bytes, codes.length), /surrogate|UTF-16/i);
        await guests["latin1+utf16"].traps(title, (session) => session.string(bytes, codes.length + utf16Tag));
        const long = [...new Array<number>(500).fill(0x20ac), ...codes];
        await guests.utf16.traps(`${title}, in a long text`, (session) => session.string(units(long), long.length));
      }
    });

    test("at the edges of what is valid", async () => {
      const texts = [
        "\0",
        "\x7f\x80",
        "\u07ff\u0800",
        "\ud7ff\ue000",
        "\ufffd\ufeff\uffff",
        "\u{10000}\u{10ffff}",
        "\ufeffmark",
      ];
      for (const text of [...texts, texts.join(""), "a".repeat(1_000) + texts.join("")]) {
        using utf8 = await guests.utf8.start();
        const bytes = Buffer.from(text, "utf8");
        assert.equal(await utf8.string(bytes, bytes.length), text);
        const wide = Buffer.from(text, "utf16le");
        using utf16 = await guests.utf16.start();
        assert.equal(await utf16.string(wide, text.length), text);
        using either = await guests["latin1+utf16"].start();
        assert.equal(await either.string(wide, text.length + utf16Tag), text);
      }
    });

    test("that hold each byte once as Latin-1", async () => {
      using session = await guests["latin1+utf16"].start();
      const bytes = Array.from({ length: 256 }, (_, index) => index);
      assert.equal(await session.string(bytes, 256), String.fromCharCode(...bytes));
    });

    test("that are not aligned", async () => {
      for (const encoding of ["utf16", "latin1+utf16"] as const) {
        for (const length of [0, 1]) {
          await guests[encoding].traps(`${encoding} of ${length}`, (session) =>
            session.slice("string", imageBase + 1, length),
          );
        }
      }
    });

    test("that are longer than the memory when their units are counted in bytes", async () => {
      await guests.utf16.traps("UTF-16", (session) => session.slice("string", session.memoryBytes - 2, 2));
      await guests["latin1+utf16"].traps("tagged", (session) =>
        session.slice("string", session.memoryBytes - 2, 2 + utf16Tag),
      );
      await guests["latin1+utf16"].traps("all ones", (session) => session.slice("string", 0, 0xffff_ffff));
    });

    test("given to imports", async () => {
      using session = await guests.utf8.start();
      const bytes = Buffer.from("né 🚩");
      await session.set(bytes);
      await session.call("give", "string", imageBase, bytes.length);
      assert.deepEqual(session.taken, ["né 🚩"]);
      await assert.rejects(session.call("give", "string", imageBase, 2), trap(/take-t0/));
    });
  });

  describe("strings to guests", () => {
    test("with half a surrogate pair are refused before the guest is called, which stays usable", async () => {
      for (const encoding of encodings) {
        using session = await guests[encoding].start();
        for (const text of ["\ud800", "a\udc00", "\ud83d", "\udea9\ud83d", `${"x".repeat(1_000)}\ud800`, "é\ud800é"]) {
          await assert.rejects(session.call("dump", "string", [text]), (error) => {
            assert.ok(error instanceof ComponentError, String(error));
            assert.equal(error.code, "invalid-argument");
            return true;
          });
        }
        assert.equal(session.instance.state, "ready");
        await session.set([1]);
      }
    });

    test("with half a surrogate pair as the answer of an import are a trap", async () => {
      for (const encoding of encodings) {
        using session = await guests[encoding].start({ string: "a\ud800" });
        await assert.rejects(session.call("return", "string", imageBase), trap(/make-t0/));
        assert.equal(session.instance.state, "poisoned");
      }
    });

    test("are Latin-1 where that is enough, and UTF-16 where it is not", async () => {
      using session = await guests["latin1+utf16"].start();
      const lengthOf = async (text: string): Promise<number> => {
        const [pointer, , memory] = (await session.call("dump", "string", [text])) as [number, number, Uint8Array];
        return new DataView(memory.buffer, memory.byteOffset).getUint32(pointer + 4, true);
      };
      assert.equal(await lengthOf("naïve ÿ"), 7);
      assert.equal(await lengthOf(""), 0);
      assert.equal(await lengthOf("naïve €"), 7 + utf16Tag);
      assert.equal(await lengthOf("🚩"), 2 + utf16Tag);
      assert.equal(await lengthOf(`${"x".repeat(10_000)}€`), 10_001 + utf16Tag);
    });
  });
}
