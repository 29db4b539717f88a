import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArgsDef } from "citty";
import { rejectUnknownOptions } from "./options.ts";

const definitions: ArgsDef = {
  component: { type: "positional" },
  import: { type: "string" },
  json: { type: "boolean" },
};

const check = (...args: string[]): void => rejectUnknownOptions(args, definitions, "run");

test("what a command takes is let through", () => {
  check("a.wasm", "--import", "x=y", "--json", "--import=z");
  check("--import", "--odd", "a.wasm", "--", "--anything", "goes", "here");
  check();
});

test("unknown options, and options without a value, are refused", () => {
  assert.throws(() => check("--imports", "x"), {
    message: "witwire run has no option --imports; it has --import, --json",
  });
  assert.throws(() => check("a.wasm", "--import"), {
    message: "the option --import needs a value (witwire run --help)",
  });
});

test("more arguments than a command takes are refused, and for run where they belong is said", () => {
  assert.throws(() => check("a.wasm", "input.txt"), {
    message:
      'witwire run takes <component>, and there is "input.txt" besides; what the component is to get goes behind --',
  });
  assert.throws(() => rejectUnknownOptions(["a.wasm", "--json", "b.wasm"], definitions, "serve"), {
    message: 'witwire serve takes <component>, and there is "b.wasm" besides',
  });
});
