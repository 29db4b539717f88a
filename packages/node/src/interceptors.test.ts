import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createServer, isRpcError } from "@witwire/rpc";
import {
  authenticate,
  bearerToken,
  type CallRecord,
  fixedTokens,
  logging,
  rateLimit,
  retry,
} from "@witwire/rpc/interceptors";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";

const contract = findInterface(parseWit("package test:guarded; interface who { who: func() -> string; }"), "who");

test("over a session on TCP: a token, a rate, a log, and retries until there is room", async () => {
  const records: CallRecord[] = [];
  const authentication = authenticate({ verify: fixedTokens([["s3cret", "anna"]]) });
  const server = createServer({
    onFailure: () => {},
    interceptors: [
      logging({ log: (record) => records.push(record) }),
      authentication,
      rateLimit({
        perSecond: 200,
        burst: 1,
        key: ({ context }) => authentication.identityOf(context) ?? "",
      }),
    ],
  });
  server.serve(contract, { who: (context: CallContext) => authentication.identityOf(context) ?? "nobody" });
  await using listener = await listen(server, "tcp://[::1]:0");
  const transport = connect(listener.address);
  const interceptors = [retry({ attempts: 100, backoff: { first: 5, most: 20 } }), bearerToken("s3cret")];
  const anna = createClient(contract, transport, { interceptors });
  const answers = await Promise.all(Array.from({ length: 10 }, () => anna.who?.()));
  assert.deepEqual(new Set(answers), new Set(["anna"]));
  const stranger = createClient(contract, transport, { interceptors: [retry()] });
  await assert.rejects(stranger.who?.() as Promise<unknown>, { code: "unauthenticated", started: "no" });
  assert.equal(records.filter(({ outcome }) => outcome === "ok").length, 10);
  assert.ok(
    records.some(({ failure }) => failure?.code === "resource-exhausted"),
    "nobody had to wait",
  );
  assert.equal(records.at(-1)?.failure?.code, "unauthenticated");
  assert.match(records[0]?.peer ?? "", /^\[::1\]:\d+$/);
  assert.doesNotMatch(JSON.stringify(records), /s3cret/);
  await transport.close();
  await server.close();
});

test("over plain wRPC on TCP: interceptors of both sides, and retries until somebody listens", async () => {
  const { address } = await listen(createServer(), "wrpc+tcp://[::1]:0").then(async (listener) => {
    await listener.close();
    return listener;
  });
  const records: CallRecord[] = [];
  const server = createServer({ interceptors: [logging({ log: (record) => records.push(record) })] });
  server.serve(contract, { who: () => "here" });
  const refused: unknown[] = [];
  const client = createClient(contract, connect(address), {
    interceptors: [
      retry({ attempts: 1000, backoff: { first: 1, most: 10 } }),
      async (_call, next) => {
        try {
          return await next();
        } catch (error) {
          refused.push(isRpcError(error) && error.started);
          throw error;
        }
      },
    ],
  });
  const answer = client.who?.();
  while (refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await using _listener = await listen(server, address);
  assert.equal(await answer, "here");
  assert.deepEqual(new Set(refused), new Set(["no"]));
  assert.deepEqual(
    records.map(({ outcome }) => outcome),
    ["ok"],
  );
  await server.close();
});
