import assert from "node:assert/strict";
import { test } from "node:test";
import { isRpcError, type RpcError } from "../errors.ts";
import { BucketTable } from "./bucket-table.ts";
import { type RateLimitOptions, rateLimit } from "./rate-limit.ts";
import { Pair, protocols } from "./testing/pair.ts";
import { TokenBucket } from "./token-bucket.ts";

/** So slow that no token comes back during a test. */
const HARDLY = 0.001;

async function failure(outcome: Promise<unknown>): Promise<RpcError> {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(isRpcError(error), "it did not fail");
  return error;
}

for (const protocol of protocols) {
  test(`calls above the rate are refused by the server before they run (${protocol})`, async () => {
    let runs = 0;
    await using pair = new Pair(protocol, {
      server: { interceptors: [rateLimit({ perSecond: HARDLY, burst: 2 })] },
      implementation: { who: () => `${++runs}` },
    });
    await Promise.all([pair.call("who"), pair.call("who")]);
    const told = await failure(pair.call("who"));
    const error = protocol === "session" ? told : (pair.failures[0]?.error as RpcError);
    assert.deepEqual([error.code, error.started, error.retryable], ["resource-exhausted", "no", true]);
    assert.match(error.message, /more than 0\.001 calls per second: .*who may be called again in \d+ ms/);
    assert.equal(runs, 2);
  });
}

test("keys are counted apart", async () => {
  const key: RateLimitOptions["key"] = ({ metadata }) => metadata.tenant ?? "";
  await using pair = new Pair("session", {
    server: { interceptors: [rateLimit({ perSecond: HARDLY, burst: 1, key })] },
  });
  const call = (tenant: string): Promise<unknown> => pair.call("who", { metadata: { tenant } });
  await call("a");
  await call("b");
  assert.equal((await failure(call("a"))).code, "resource-exhausted");
  await call("c");
});

test("a client waits for room, one call after the other, where their time suffices", async () => {
  let runs = 0;
  await using pair = new Pair("session", {
    client: { interceptors: [rateLimit({ perSecond: 100, burst: 1, wait: true })] },
    implementation: { who: () => `${++runs}` },
  });
  await Promise.all(Array.from({ length: 5 }, () => pair.call("who")));
  assert.equal(runs, 5);
});

test("a client fails at once where its time does not suffice, and a cancelled call gives its place back", async () => {
  await using pair = new Pair("session", {
    client: { interceptors: [rateLimit({ perSecond: 0.02, burst: 1, wait: true, maxWaiting: 1 })] },
  });
  await pair.call("who");
  const error = await failure(pair.call("who", { timeout: 10_000 }));
  assert.deepEqual([error.code, error.started], ["resource-exhausted", "no"]);
  assert.ok((error.retryAfter as number) > 10_000 && (error.retryAfter as number) <= 50_000);
  for (let round = 0; round < 3; round++) {
    const controller = new AbortController();
    const waiting = pair.call("who", { timeout: 60_000, signal: controller.signal });
    const further = await failure(pair.call("who", { timeout: 60_000 }));
    assert.equal(further.code, "resource-exhausted", "only one may wait");
    controller.abort();
    assert.equal((await failure(waiting)).code, "cancelled");
  }
});

test("numbers that make no sense are refused", () => {
  for (const bad of [
    { perSecond: 0 },
    { perSecond: Number.NaN },
    { perSecond: 1, burst: 0 },
    { perSecond: 1, maxKeys: 0 },
  ]) {
    assert.throws(() => rateLimit(bad), RangeError);
  }
});

test("a bucket gives what it holds, fills with time and never above its size", () => {
  const bucket = new TokenBucket(10, 2, 0);
  assert.deepEqual([bucket.take(0), bucket.take(0), bucket.take(0)], [0, 0, 100]);
  assert.equal(bucket.take(50), 50);
  assert.equal(bucket.take(100), 0);
  assert.deepEqual([bucket.take(10_000), bucket.take(10_000), bucket.take(10_000)], [0, 0, 100]);
});

test("those who reserve wait one after the other, and a place that is given back is free", () => {
  const bucket = new TokenBucket(10, 1, 0);
  assert.deepEqual([bucket.reserve(0), bucket.reserve(0), bucket.reserve(0)], [0, 100, 200]);
  bucket.giveBack();
  assert.equal(bucket.reserve(0), 200);
  assert.ok(!bucket.isFull(100));
  assert.ok(bucket.isFull(1000));
});

test("the table of keys is bounded: full buckets are forgotten, and further keys share one", () => {
  const table = new BucketTable(1, 1, 3);
  for (const key of ["a", "b", "c"]) assert.equal(table.of(key, 0).take(0), 0);
  assert.equal(table.of("d", 0).take(0), 0);
  assert.ok(table.of("e", 0).take(0) > 0, "it shares the bucket of d");
  assert.ok(table.of("a", 0).take(0) > 0, "those that are known stay");
  assert.equal(table.size, 3);
  assert.equal(table.of("e", 1000).take(1000), 0, "one second later there is room");
  assert.ok(table.size <= 3);
  for (let key = 0; key < 10_000; key++) table.of(`${key}`, 2000 + key);
  assert.ok(table.size <= 3);
});
