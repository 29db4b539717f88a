import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { resolveCallOptions } from "./call-options.ts";

const { signal } = new AbortController();

function contextWith(remaining: number): CallContext {
  return { signal, timeRemaining: () => remaining, metadata: { token: "secret" }, peer: { transport: "memory" } };
}

test("without options the default covers the result; a timeout of the caller's covers its streams too", () => {
  assert.deepEqual(resolveCallOptions(undefined, 100), {
    timeout: 100,
    coversStreams: false,
    signal: undefined,
    metadata: {},
  });
  assert.deepEqual(resolveCallOptions({ timeout: 5, metadata: { a: "b" } }, 100), {
    timeout: 5,
    coversStreams: true,
    signal: undefined,
    metadata: { a: "b" },
  });
  assert.equal(resolveCallOptions({ timeout: Number.POSITIVE_INFINITY }, 100).timeout, Number.POSITIVE_INFINITY);
  assert.deepEqual(resolveCallOptions({}, 100).coversStreams, false);
});

test("a context hands on its signal and remaining time, and never its metadata", () => {
  assert.deepEqual(resolveCallOptions(contextWith(7), 100), { timeout: 7, coversStreams: true, signal, metadata: {} });
  assert.deepEqual(resolveCallOptions(contextWith(Number.POSITIVE_INFINITY), 100), {
    timeout: 100,
    coversStreams: false,
    signal,
    metadata: {},
  });
});

test("what are no options is refused", () => {
  for (const wrong of [null, 7, "x", { timeout: -1 }, { timeout: Number.NaN }, { timeout: "5" }, { timeout: null }]) {
    assert.throws(() => resolveCallOptions(wrong, 100), { code: "invalid-argument", started: "no" });
  }
  for (const wrong of [null, {}, true]) {
    assert.throws(() => resolveCallOptions({ signal: wrong }, 100), { code: "invalid-argument" });
  }
});
