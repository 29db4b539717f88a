import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWit, toWitJson } from "./index.ts";

test("the JSON has the names, ids and order of wasm-tools", () => {
  const text = `/// Docs.
package a:b@1.0.0;
interface i {
  resource r { constructor(); m: async func() -> list<r, 2>; }
  record rec { x: option<u8>, y: map<string, u8> }
  variant v { a, b(result<_, string>) }
  enum e { one }
  flags f { one }
  type t = tuple<stream, future<u8>>;
  @unstable(feature = x) @deprecated(version = 0.1.0) @external-id("id") g: func(a: borrow<r>) -> error-context;
}
world w { @since(version = 1.0.0) import i; import other: i; export run: func(); use i.{e}; }`;
  const json = toWitJson(parseWit(text, { features: "all" }));
  const g = {
    name: "g",
    kind: "freestanding",
    params: [{ name: "a", type: 11 }],
    result: "error-context",
    stability: { unstable: { feature: "x", deprecated: "0.1.0" } },
    external_id: "id",
  };
  assert.deepEqual(json, {
    worlds: [
      {
        name: "w",
        imports: {
          "interface-0": { interface: { id: 0, stability: { stable: { since: "1.0.0" } } } },
          other: { interface: { id: 0 } },
          e: { type: 14 },
        },
        exports: { run: { function: { name: "run", kind: "freestanding", params: [] } } },
        package: 0,
      },
    ],
    interfaces: [
      {
        name: "i",
        types: { r: 0, rec: 3, v: 5, e: 6, f: 7, t: 10 },
        functions: {
          "[constructor]r": { name: "[constructor]r", kind: { constructor: 0 }, params: [], result: 12 },
          "[method]r.m": {
            name: "[method]r.m",
            kind: { "async-method": 0 },
            params: [{ name: "self", type: 11 }],
            result: 13,
          },
          g,
        },
        package: 0,
      },
    ],
    types: [
      { name: "r", kind: "resource", owner: { interface: 0 } },
      { name: null, kind: { option: "u8" }, owner: null },
      { name: null, kind: { map: ["string", "u8"] }, owner: null },
      {
        name: "rec",
        kind: {
          record: {
            fields: [
              { name: "x", type: 1 },
              { name: "y", type: 2 },
            ],
          },
        },
        owner: { interface: 0 },
      },
      { name: null, kind: { result: { ok: null, err: "string" } }, owner: null },
      {
        name: "v",
        kind: {
          variant: {
            cases: [
              { name: "a", type: null },
              { name: "b", type: 4 },
            ],
          },
        },
        owner: { interface: 0 },
      },
      { name: "e", kind: { enum: { cases: [{ name: "one" }] } }, owner: { interface: 0 } },
      { name: "f", kind: { flags: { flags: [{ name: "one" }] } }, owner: { interface: 0 } },
      { name: null, kind: { stream: null }, owner: null },
      { name: null, kind: { future: "u8" }, owner: null },
      { name: "t", kind: { tuple: { types: [8, 9] } }, owner: { interface: 0 } },
      { name: null, kind: { handle: { borrow: 0 } }, owner: null },
      { name: null, kind: { handle: { own: 0 } }, owner: null },
      { name: null, kind: { "fixed-length-list": [12, 2] }, owner: null },
      { name: "e", kind: { type: 6 }, owner: { world: 0 } },
    ],
    packages: [{ name: "a:b@1.0.0", docs: { contents: "Docs." }, interfaces: { i: 0 }, worlds: { w: 0 } }],
  });
});
