import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { imageBase } from "../memory-guest.ts";
import {
  enumeration,
  fixedList,
  flags,
  list,
  map,
  option,
  record,
  result,
  scalar,
  tuple,
  variant,
} from "../test-type.ts";
import type { Engine } from "./engine.ts";
import { MemoryGuest, type MemorySession, trap } from "./memory-guest-session.ts";

const u8 = scalar("u8");
const string = scalar("string");

const types = {
  bool: scalar("bool"),
  u8,
  s8: scalar("s8"),
  u16: scalar("u16"),
  s16: scalar("s16"),
  char: scalar("char"),
  string,
  enum: enumeration(3),
  wide: enumeration(257),
  flags: flags(9),
  variant: variant(u8, scalar("u64"), undefined),
  option: option(u8),
  result: result(u8, scalar("u16")),
  bytes: list(u8),
  words: list(scalar("u32")),
  longs: list(scalar("s64")),
  strings: list(string),
  pairs: list(tuple(u8, scalar("f64"))),
  map: map(u8, scalar("u32")),
  chars: fixedList(scalar("char"), 2),
  record: record(scalar("u64"), string),
  many: record(...new Array(17).fill(scalar("u64"))),
};

type Name = keyof typeof types;

/** What a guest may not give out: each time the trap that CanonicalABI.md asks for, and what it allows is no trap. */
export function trapCompliance(engine: Engine): void {
  describe("what guests may and may not give out", () => {
    const guest = new MemoryGuest(engine, "utf8", types);
    const lifts = async (name: Name, core: number | bigint, expected: unknown): Promise<void> => {
      using session = await guest.start();
      assert.deepStrictEqual(await session.call("lift", name, core), expected);
      await session.call("give", name, core);
      assert.deepStrictEqual(session.taken, [expected]);
    };
    /** A core value as a result, and as an import's parameter. */
    const liftTraps = async (name: Name, core: number): Promise<void> => {
      await guest.traps(`result ${name} ${core}`, (session) => session.call("lift", name, core));
      await guest.traps(`parameter ${name} ${core}`, (session) => session.call("give", name, core));
    };
    const elementTraps = (name: Name, bytes: readonly number[]): Promise<void> =>
      guest.traps(`${name} in memory as ${bytes}`, (session) => session.element(name, bytes));

    test("bits beyond a narrow type are dropped", async () => {
      await lifts("u8", 0x1ff, 0xff);
      await lifts("s8", 0x180, -128);
      await lifts("u16", 0xdead_beef, 0xbeef);
      await lifts("s16", 0x1_8000, -0x8000);
      await lifts("flags", 0xffff_fe01, (await flagsFrom(guest, 0x01)) as object);
    });

    test("any number but 0 is true", async () => {
      await lifts("bool", 2, true);
      await lifts("bool", 0x100, true);
      await lifts("bool", 0, false);
      using session = await guest.start();
      assert.equal(await session.element("bool", [0xff]), true);
    });

    test("a char beyond Unicode, or half a surrogate pair", async () => {
      for (const code of [0xd800, 0xdbff, 0xdc00, 0xdfff, 0x11_0000, 0x7fff_ffff, 0xffff_ffff]) {
        await liftTraps("char", code);
        await elementTraps("char", littleEndian(code));
      }
      await elementTraps("chars", [...littleEndian(0x41), ...littleEndian(0xd800)]);
      for (const code of [0, 0xd7ff, 0xe000, 0x10_ffff]) await lifts("char", code, String.fromCodePoint(code));
    });

    test("a discriminant that no case has", async () => {
      for (const index of [3, 255, 256, 0xffff_ffff]) await liftTraps("enum", index);
      for (const index of [257, 0xffff_ffff]) await liftTraps("wide", index);
      await elementTraps("enum", [3]);
      await elementTraps("wide", [1, 1]);
      for (const name of ["variant", "option", "result"] as const) {
        const bad = name === "variant" ? 3 : 2;
        await elementTraps(name, [bad, ...new Array<number>(15).fill(0)]);
        await guest.traps(`${name} given away`, (session) =>
          session.call("give", name, bad, name === "variant" ? 0n : 0),
        );
        await guest.traps(`${name} returned`, async (session) => {
          await session.set([bad, ...new Array<number>(15).fill(0)]);
          return session.call("load", name, imageBase);
        });
      }
      using session = await guest.start();
      assert.equal(await session.element("wide", [0, 1]), "a-case256");
    });

    test("a payload that a case does not have is not looked at", async () => {
      using session = await guest.start();
      const nothing = [2, ...new Array<number>(15).fill(0xff)];
      assert.deepStrictEqual(await session.element("variant", nothing), { tag: "a-case2" });
      assert.deepStrictEqual(await session.element("option", [0, 0xff]), undefined);
      await session.call("give", "variant", 0, 0xffff_ffff_ffff_ff07n);
      assert.deepStrictEqual(session.taken, [{ tag: "a-case0", val: 7 }]);
    });

    test("a list or string outside the memory", async () => {
      const slices: readonly Name[] = ["string", "bytes", "words", "longs", "strings", "pairs", "map"];
      const outside = async (name: Name, pointer: (memory: number) => number, length: number): Promise<void> => {
        const title = `${name} of ${length}`;
        await guest.traps(`${title} returned`, (session) => session.slice(name, pointer(session.memoryBytes), length));
        await guest.traps(`${title} given away`, (session) =>
          session.call("give", name, pointer(session.memoryBytes), length),
        );
      };
      for (const name of slices) {
        await outside(name, (memory) => memory, 1);
        await outside(name, (memory) => memory + 8, 0);
        await outside(name, () => 0xffff_fff8, 1);
        await outside(name, () => 8, 0xffff_ffff);
        await outside(name, () => 0, 0x2000_0000);
      }
      await outside("bytes", (memory) => memory - 4, 5);
      await outside("pairs", (memory) => memory - 24, 2);
    });

    test("an empty list may lie at the very end of the memory", async () => {
      for (const name of ["string", "bytes", "longs", "strings"] as const) {
        using session = await guest.start();
        await session.set([0]);
        const lifted = (await session.slice(name, session.memoryBytes, 0)) as ArrayLike<unknown>;
        assert.equal(lifted.length, 0);
      }
    });

    test("a list that is not aligned, even an empty one", async () => {
      const alignments = { words: 4, longs: 8, strings: 4, pairs: 8, map: 4 } as const;
      for (const [name, alignment] of Object.entries(alignments)) {
        for (let off = 1; off < alignment; off++) {
          for (const length of [0, 1]) {
            await guest.traps(`${name} at ${off}`, (session) => session.slice(name, imageBase + off, length));
            await guest.traps(`${name} at ${off}`, (session) => session.call("give", name, imageBase + off, length));
          }
        }
      }
      using session = await guest.start();
      await session.slice("bytes", imageBase + 1, 1);
    });

    test("a string inside a list inside the memory, itself outside", async () => {
      const entries = [
        ...littleEndian(imageBase),
        ...littleEndian(0),
        ...littleEndian(0xffff_0000),
        ...littleEndian(9),
      ];
      await guest.traps("list<string>", async (session) => {
        await session.set(entries);
        return session.call("list", "string", imageBase, 2);
      });
    });

    test("a result that is not aligned, or outside the memory", async () => {
      const ends = {
        string: { size: 8, alignment: 4 },
        record: { size: 16, alignment: 8 },
        words: { size: 8, alignment: 4 },
        result: { size: 4, alignment: 2 },
      };
      for (const name of ["string", "record", "words", "result"] as const) {
        await guest.traps(`${name} returned at 1`, (session) => session.call("load", name, imageBase + 1));
        await guest.traps(`${name} written at 1`, (session) => session.call("return", name, imageBase + 1));
        const { size, alignment } = ends[name];
        for (const back of [0, size - alignment]) {
          const at = (session: MemorySession): number => session.memoryBytes - back;
          await guest.traps(`${name} returned at the end`, (session) => session.call("load", name, at(session)));
          await guest.traps(`${name} written at the end`, (session) => session.call("return", name, at(session)));
        }
        await guest.traps(`${name} returned far out`, (session) => session.call("load", name, 0xffff_fff8));
        await guest.traps(`${name} written far out`, (session) => session.call("return", name, 0xffff_fff8));
      }
    });

    test("parameters in memory that are not aligned, or outside", async () => {
      for (const pointer of [imageBase + 1, imageBase + 4, 0xffff_fff8]) {
        await guest.traps(`parameters at ${pointer}`, (session) => session.call("give", "many", pointer));
      }
    });

    test("more bytes than one value may have, also where they are the same bytes many times", async () => {
      const limited = new MemoryGuest(engine, "utf8", types, { maxValueBytes: 1_000 });
      const exhausted = { code: "resource-exhausted", message: /maxValueBytes/ };
      {
        using session = await limited.start();
        await session.set(new Uint8Array(2_000));
        await assert.rejects(session.call("list", "u8", imageBase, 2_000), exhausted);
        await assert.rejects(session.set([1]), trap());
      }
      {
        using session = await limited.start();
        const one = [...littleEndian(imageBase), ...littleEndian(100)];
        await session.set(new Array<number[]>(20).fill(one).flat());
        await assert.rejects(session.call("list", "bytes", imageBase, 20), exhausted);
      }
      using session = await limited.start();
      await session.set(new Uint8Array(900));
      assert.equal(((await session.call("list", "u8", imageBase, 900)) as Uint8Array).length, 900);
    });

    test("another instance of the same component is unharmed", async () => {
      using lasting = await guest.start();
      await liftTraps("char", 0xd800);
      assert.equal(await lasting.call("lift", "char", 0x41), "A");
      assert.equal(lasting.instance.state, "ready");
    });

    test("an import that answers with a value of another type", async () => {
      const wrong = { char: "ab", string: 5, u8: 256, enum: "other", record: {}, words: ["x"], result: "no" };
      for (const [name, value] of Object.entries(wrong)) {
        using session = await guest.start({ [name]: value });
        await assert.rejects(session.call("return", name, imageBase), trap(/make-t/), name);
        assert.equal(session.instance.state, "poisoned");
      }
    });
  });
}

function littleEndian(value: number): number[] {
  return [...new Uint8Array(Uint32Array.of(value).buffer)];
}

async function flagsFrom(guest: MemoryGuest, bits: number): Promise<unknown> {
  using session = await guest.start();
  return await session.element("flags", [bits, 0]);
}
