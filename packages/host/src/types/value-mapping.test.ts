import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { compileMapping, type Mapping } from "./value-mapping.ts";

const contract = findInterface(
  parseWit(`
    package test:mapping;
    interface all {
      resource thing;
      record pair { plain-part: u8, thing-part: thing }
      variant choice { nothing, one(thing), other(u8) }
      type named = thing;
      plain: func(value: list<tuple<u8, string>>);
      bare: func(value: thing);
      alias: func(value: named);
      lent: func(value: borrow<thing>);
      record-of: func(value: pair);
      tuple-of: func(value: tuple<u8, thing>);
      list-of: func(value: list<pair>);
      option-of: func(value: option<thing>);
      options-of: func(value: option<option<thing>>);
      result-of: func(value: result<thing, u8>);
      variant-of: func(value: choice);
      map-of: func(value: map<string, thing>);
    }
  `),
  "all",
);

/** Puts stars around every handle. */
function mapping(name: string): Mapping<string> | undefined {
  const type = contract.functions.find((func) => func.name === name)?.params[0]?.type;
  return compileMapping<string>(contract.resolve, type, ({ kind }) =>
    kind.tag === "own" || kind.tag === "borrow" ? (value, mark) => `${mark}${value}${mark}` : undefined,
  );
}

const table: readonly (readonly [name: string, value: unknown, expected: unknown])[] = [
  ["bare", "a", "*a*"],
  ["alias", "a", "*a*"],
  ["lent", "a", "*a*"],
  ["record-of", { plainPart: 1, thingPart: "a" }, { plainPart: 1, thingPart: "*a*" }],
  ["tuple-of", [1, "a"], [1, "*a*"]],
  [
    "list-of",
    [
      { plainPart: 1, thingPart: "a" },
      { plainPart: 2, thingPart: "b" },
    ],
    [
      { plainPart: 1, thingPart: "*a*" },
      { plainPart: 2, thingPart: "*b*" },
    ],
  ],
  ["option-of", "a", "*a*"],
  ["option-of", undefined, undefined],
  ["options-of", { tag: "some", val: "a" }, { tag: "some", val: "*a*" }],
  ["options-of", { tag: "some", val: undefined }, { tag: "some", val: undefined }],
  ["options-of", { tag: "none" }, { tag: "none" }],
  ["result-of", { tag: "ok", val: "a" }, { tag: "ok", val: "*a*" }],
  ["result-of", { tag: "err", val: 1 }, { tag: "err", val: 1 }],
  ["variant-of", { tag: "one", val: "a" }, { tag: "one", val: "*a*" }],
  ["variant-of", { tag: "other", val: 1 }, { tag: "other", val: 1 }],
  ["variant-of", { tag: "nothing" }, { tag: "nothing" }],
  ["map-of", new Map([["k", "a"]]), new Map([["k", "*a*"]])],
];

describe("compileMapping", () => {
  test("has nothing to do where nothing is to be changed", () => {
    assert.equal(mapping("plain"), undefined);
  });

  for (const [name, value, expected] of table) {
    test(`finds what is to be changed in ${name}: ${JSON.stringify(value)}`, () => {
      const before = structuredClone(value);
      assert.deepEqual(mapping(name)?.(value, "*"), expected);
      assert.deepEqual(value, before, "the value itself stays as it was");
    });
  }

  test("leaves values of another shape alone", () => {
    for (const name of ["record-of", "tuple-of", "list-of", "options-of", "result-of", "variant-of", "map-of"]) {
      for (const value of [null, 7, "text", undefined]) assert.equal(mapping(name)?.(value, "*"), value, name);
    }
  });
});
