import assert from "node:assert/strict";
import { test } from "node:test";
import { loadQuiche } from "./quiche.ts";

test("quiche is there, so that no test of QUIC was left out", async () => {
  assert.ok((await loadQuiche()).versionIsSupported(1));
});
