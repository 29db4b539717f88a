import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { isRpcError, RpcError } from "../errors.ts";
import type { Interceptor } from "../interception/interceptor.ts";
import { type AuthenticateOptions, authenticate } from "./authentication.ts";
import { bearerToken } from "./bearer-token.ts";
import { fixedTokens } from "./fixed-tokens.ts";
import { DESK, Pair } from "./testing/pair.ts";

const TOKEN = "t0k3n-of-anna";
const verify = fixedTokens([
  [TOKEN, "anna"],
  ["t0k3n-of-ben", "ben"],
]);

function guarded(options: Partial<AuthenticateOptions<string>> = {}, client: readonly Interceptor[] = []): Pair {
  const authentication = authenticate({ verify, ...options });
  return new Pair("session", {
    server: { interceptors: [authentication, (_call, next) => next({ timeout: 5000 })] },
    client: { interceptors: client },
    implementation: {
      who: (context: CallContext) => `${authentication.identityOf(context)} ${JSON.stringify(context.metadata)}`,
    },
  });
}

async function failure(outcome: Promise<unknown>): Promise<RpcError> {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(isRpcError(error), "it did not fail");
  return error;
}

test("the implementation knows who calls, and does not see the token", async () => {
  await using pair = guarded({}, [bearerToken(TOKEN)]);
  assert.equal(await pair.call("who", { metadata: { tenant: "x" } }), 'anna {"tenant":"x"}');
  assert.equal(await pair.call("who", { metadata: { authorization: "bearer t0k3n-of-ben" } }), "ben {}");
});

test("a token comes from a provider for every call, within the call's time", async () => {
  const tokens = [TOKEN, "t0k3n-of-ben"];
  await using pair = guarded({}, [bearerToken(async () => tokens.shift() ?? new Promise<string>(() => {}))]);
  assert.match(String(await pair.call("who")), /^anna/);
  assert.match(String(await pair.call("who")), /^ben/);
  const late = await failure(pair.call("who", { timeout: 20 }));
  assert.deepEqual([late.code, late.started], ["deadline-exceeded", "no"]);
  const controller = new AbortController();
  const cancelled = pair.call("who", { signal: controller.signal });
  controller.abort();
  assert.equal((await failure(cancelled)).code, "cancelled");
});

test("calls without a good token do not run, and are told so without the token", async () => {
  await using pair = guarded();
  for (const authorization of [
    undefined,
    "",
    TOKEN,
    "Basic abc",
    "Bearer ",
    `Bearer ${TOKEN} x`,
    "Bearer wr0ng",
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
  ]) {
    const error = await failure(pair.call("who", authorization === undefined ? {} : { metadata: { authorization } }));
    assert.deepEqual([error.code, error.started, error.retryable], ["unauthenticated", "no", false], authorization);
    assert.doesNotMatch(error.message, /wr0ng|t0k3n/);
  }
});

test("a token that does not allow a function is denied", async () => {
  await using pair = guarded({ authorize: async (identity, { name }) => identity === "anna" || name === "add" });
  const metadata = { authorization: "Bearer t0k3n-of-ben" };
  assert.equal(await pair.call("add", 1, 2, { metadata }), 3);
  const error = await failure(pair.call("who", { metadata }));
  assert.deepEqual([error.code, error.started], ["permission-denied", "no"]);
  assert.match(error.message, /does not allow test:guarded\/desk@1\.0\.0\.who/);
});

test("open functions need no token, and nobody is known there", async () => {
  for (const open of [[`${DESK}.who`], [DESK], () => true]) {
    await using pair = guarded({ open });
    assert.equal(await pair.call("who"), "undefined {}");
    assert.equal(await pair.call("who", { metadata: { authorization: `Bearer ${TOKEN}` } }), "undefined {}");
  }
  await using pair = guarded({ open: [`${DESK}.add`] });
  assert.equal((await failure(pair.call("who"))).code, "unauthenticated");
});

test("what a verifier throws tells nobody the token", async () => {
  const metadata = { authorization: `Bearer ${TOKEN}` };
  await using broken = guarded({
    verify: (token) => {
      throw new Error(`no row for ${token}`);
    },
  });
  const hidden = await failure(broken.call("who", { metadata }));
  assert.deepEqual([hidden.code, hidden.started], ["internal", "no"]);
  const reported = broken.failures[0]?.error;
  const cause = reported?.cause;
  assert.ok(cause instanceof Error && cause.message === "no row for …");
  assert.ok(!`${reported?.stack} ${cause.stack}`.includes(TOKEN));
  await using strict = guarded({
    verify: async (token) => {
      throw new RpcError("permission-denied", `${token} was revoked`);
    },
  });
  const revoked = await failure(strict.call("who", { metadata }));
  assert.deepEqual([revoked.code, revoked.started, revoked.message], ["permission-denied", "no", "… was revoked"]);
});

test("a client whose token is none fails without sending it", async () => {
  for (const token of ["", "two words", "line\nbreak"]) {
    await using pair = guarded({}, [bearerToken(() => token)]);
    const error = await failure(pair.call("who"));
    assert.deepEqual([error.code, error.started], ["unauthenticated", "no"]);
    assert.equal(pair.server.stats().connections, 0);
  }
});

test("plain wRPC carries no metadata, so a server that asks for tokens takes no calls over it", async () => {
  await using pair = new Pair("plain", {
    server: { interceptors: [authenticate({ verify })] },
    client: { interceptors: [bearerToken(TOKEN)] },
  });
  await failure(pair.call("who"));
  assert.equal(pair.failures[0]?.error.code, "unauthenticated");
});

test("fixed tokens: each is known, nothing near to it is, and an empty one is refused", () => {
  const known = fixedTokens([
    ["abc", 1],
    ["abcabc", 2],
    ["ü", 3],
  ]);
  assert.deepEqual(["abc", "abcabc", "ü"].map(known), [1, 2, 3]);
  for (const token of ["", "ab", "abd", "abcd", "abcabcabc", "u"]) assert.equal(known(token), undefined, token);
  assert.throws(() => fixedTokens([["", 1]]), RangeError);
});
