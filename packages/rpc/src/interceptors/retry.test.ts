import assert from "node:assert/strict";
import { test } from "node:test";
import { isRpcError, RpcError, type RpcErrorCode, type Started } from "../errors.ts";
import type { Interceptor } from "../interception/interceptor.ts";
import { type RetryOptions, retry } from "./retry.ts";
import { resolveBackoff, retryDelay } from "./retry-delay.ts";
import { DESK, Pair, protocols } from "./testing/pair.ts";

const backoff = { first: 1, most: 2 };

/** Fails calls before they leave, as a peer might. */
class Failing {
  attempts = 0;
  readonly interceptor: Interceptor;

  constructor(...errors: (RpcError | undefined)[]) {
    this.interceptor = async (_call, next) => {
      const error = errors[this.attempts++] ?? (this.attempts > errors.length ? errors.at(-1) : undefined);
      if (error !== undefined) throw error;
      return next();
    };
  }
}

function failed(started: Started, code: RpcErrorCode = "unavailable", retryAfter?: number): RpcError {
  return new RpcError(code, `failed ${started}`, { started, retryAfter });
}

async function outcome(
  failing: Failing,
  options: RetryOptions = {},
  call: (pair: Pair) => Promise<unknown> = (pair) => pair.call("who"),
): Promise<unknown> {
  await using pair = new Pair("session", {
    client: { interceptors: [retry({ backoff, ...options }), failing.interceptor] },
  });
  return await call(pair).catch((error: unknown) => error);
}

for (const protocol of protocols) {
  test(`what the server refused before it began is called again (${protocol})`, async () => {
    let runs = 0;
    let refusals = 2;
    const busy: Interceptor = async (_call, next) => {
      if (refusals-- > 0) throw new RpcError("resource-exhausted", "busy", { started: "no" });
      return next();
    };
    await using pair = new Pair(protocol, {
      client: { interceptors: [retry({ backoff, idempotent: [DESK] })] },
      server: { interceptors: [busy] },
      implementation: { who: () => `run ${++runs}` },
    });
    const result = pair.call("who");
    // Plain wRPC does not say why a call failed, so there is nothing to go by.
    if (protocol === "session") assert.equal(await result, "run 1");
    else await assert.rejects(result, { code: "unknown" });
  });
}

test("calls are repeated until they succeed, or the attempts are used up", async () => {
  const twice = new Failing(failed("no"), failed("no", "resource-exhausted"), undefined);
  assert.equal(await outcome(twice), "nobody");
  assert.equal(twice.attempts, 3);
  const always = new Failing(failed("no"));
  const error = await outcome(always, { attempts: 4 });
  assert.ok(isRpcError(error) && error.code === "unavailable" && error.started === "no");
  assert.equal(always.attempts, 4);
});

test("what may have run, or cannot work later, is not repeated", async () => {
  for (const error of [
    failed("maybe"),
    failed("yes"),
    failed("no", "permission-denied"),
    failed("no", "unimplemented"),
  ]) {
    const failing = new Failing(error);
    assert.equal(await outcome(failing), error);
    assert.equal(failing.attempts, 1);
  }
});

test("idempotent functions are repeated after a loss as well, and the error remembers that they may have run", async () => {
  const lost = new Failing(failed("maybe"), failed("no"), undefined);
  assert.equal(await outcome(lost, { idempotent: [`${DESK}.who`] }), "nobody");
  const other = new Failing(failed("maybe"));
  await outcome(other, { idempotent: [`${DESK}.add`] });
  assert.equal(other.attempts, 1);
  const failing = new Failing(failed("maybe"), failed("no"));
  const error = await outcome(failing, { attempts: 3, idempotent: ({ name }) => name === "who" });
  assert.ok(isRpcError(error));
  assert.deepEqual([failing.attempts, error.code, error.started, error.retryable], [3, "unavailable", "maybe", false]);
});

test("an implementation's own failure is not repeated, even of an idempotent function", async () => {
  let runs = 0;
  await using pair = new Pair("session", {
    client: { interceptors: [retry({ backoff, idempotent: () => true })] },
    implementation: {
      who: () => {
        runs++;
        throw new Error("broken");
      },
    },
  });
  await assert.rejects(pair.call("who"), { code: "internal", started: "yes" });
  assert.equal(runs, 1);
});

test("parameters that can be used up are sent once", async () => {
  const failing = new Failing(failed("no"));
  await outcome(failing, {}, (pair) => pair.call("upload", [Uint8Array.of(1)]));
  assert.equal(failing.attempts, 1);
});

test("the deadline is kept: where it comes before the next attempt, the last error is thrown at once", async () => {
  const failing = new Failing(failed("no", "unavailable", 60_000));
  const error = await outcome(failing, {}, (pair) => pair.call("who", { timeout: 20_000 }));
  assert.ok(isRpcError(error) && error.message === "failed no");
  assert.equal(failing.attempts, 1);
});

test("a caller that gives up ends the waiting, and learns whether the call may have run", async () => {
  for (const started of ["no", "maybe"] as const) {
    const controller = new AbortController();
    const failing = new Failing(failed(started, "unavailable", 60_000));
    const cancelled = outcome(failing, { idempotent: () => true }, (pair) => {
      const call = pair.call("who", { signal: controller.signal, timeout: 100_000 });
      setTimeout(() => controller.abort(), 5);
      return call;
    });
    const error = await cancelled;
    assert.ok(isRpcError(error));
    assert.deepEqual([error.code, error.started, failing.attempts], ["cancelled", started, 1]);
  }
});

test("delays grow up to a bound, are spread evenly below it, and come after what the error says", () => {
  const delays = resolveBackoff({ first: 10, factor: 3, most: 100 });
  const at = (random: number): number[] =>
    [1, 2, 3, 4].map((failures) => retryDelay(delays, failures, undefined, random));
  assert.deepEqual(at(1), [10, 30, 90, 100]);
  assert.deepEqual(at(0.5), [5, 15, 45, 50]);
  assert.deepEqual(at(0), [0, 0, 0, 0]);
  assert.equal(retryDelay(delays, 1, 250, 0.5), 255);
  assert.ok(Number.isFinite(retryDelay(delays, 5000, undefined, 1)));
});

test("options that make no sense are refused", () => {
  assert.throws(() => retry({ attempts: 0 }), RangeError);
  assert.throws(() => retry({ backoff: { first: -1 } }), RangeError);
  assert.throws(() => retry({ backoff: { factor: 0.5 } }), RangeError);
});
