import assert from "node:assert/strict";
import { test } from "node:test";
import { ComponentDecodeError, decodeComponent } from "./index.ts";

test("an empty component has nothing in it", () => {
  const { root, types, coreModules } = decodeComponent(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0));
  assert.deepEqual(root.definitions, []);
  assert.deepEqual(types, []);
  assert.equal(coreModules, 0);
});

test("a core module is refused with a way out", () => {
  assert.throws(
    () => decodeComponent(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
    (error: unknown) => {
      assert.ok(error instanceof ComponentDecodeError);
      assert.equal(error.kind, "unsupported");
      assert.match(error.message, /core module, not a component.*wasm-tools component new.*\(at offset 0x4\)$/);
      return true;
    },
  );
});
