/** Plain wRPC over NATS, with a peer that is played by hand and does what none should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, flows } from "../testing/contracts.ts";
import { eventually, failsWith, quiet, Stage, type Stranger, untilAborted } from "../testing/stage.ts";

const GUARD = { timeout: 30_000 };
const ADD = "wrpc.0.0.1.test:calls/calls.add";
const NOTHING = "wrpc.0.0.1.test:calls/calls.nothing";
const UPLOAD = "wrpc.0.0.1.test:flows/flows.upload";
const DOWNLOAD = "wrpc.0.0.1.test:flows/flows.download";

/** A server that is played by hand, and a call that it has got. */
async function asked(
  stage: Stage,
  subject: string,
  call: () => unknown,
): Promise<{ outcome: Promise<unknown>; client: string; stranger: Stranger }> {
  const stranger = stage.stranger();
  stranger.listen(subject);
  const outcome = Promise.resolve(call());
  outcome.catch(() => {});
  const { reply } = await stranger.next(0);
  return { outcome, client: reply ?? "", stranger };
}

test("a server takes parameters in any pieces, and nothing from wrong subjects or behind the end", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  await stage.serve(calls, { add: (a: number, b: number) => a + b });
  using stranger = stage.stranger();
  stranger.send(ADD, "02");
  stranger.send(ADD, "02", { reply: "$SYS.REQ" });
  stranger.send(ADD, "ac", { reply: stranger.own });
  const { reply = "", hex } = await stranger.next(0);
  assert.equal(hex, "");
  for (const wrong of [
    "",
    ".results",
    ".param",
    ".params.x",
    ".params.01",
    ".params.-1",
    ".params..",
    `.params${".0".repeat(70)}`,
  ]) {
    stranger.send(`${reply}${wrong}`, "09");
  }
  stranger.send(`${reply}.params.7`, "");
  stranger.send(`${reply}.params`, "02");
  stranger.send(`${reply}.params`, "03");
  stranger.send(`${reply}.params`, "");
  stranger.send(`${reply}.params`, "09");
  assert.equal((await stranger.next(1)).hex, "af02");
  assert.equal((await stranger.next(2)).hex, "");
  assert.deepEqual(stage.failures, []);
});

for (const [what, send, code] of [
  ["parameters that end too early", (s: Stranger, to: string) => s.send(`${to}.params`, ""), "unknown"],
  ["parameters that are none", (s: Stranger, to: string) => s.send(`${to}.params`, "ff ff ff ff ff"), "protocol"],
  ["a path that the type does not have", (s: Stranger, to: string) => s.send(`${to}.params.7`, "00"), "protocol"],
  [
    "a caller that has left",
    (s: Stranger, to: string) => s.send(`${to}.params`, "", { status: { code: 499, description: "left" } }),
    "cancelled",
  ],
] as const) {
  test(`a server fails a call with ${what}, and says so with a status`, GUARD, async () => {
    await using stage = new Stage("wrpc+nats");
    await stage.serve(calls, { add: () => 1 });
    using stranger = stage.stranger();
    stranger.send(ADD, "", { reply: stranger.own });
    const { reply = "" } = await stranger.next(0);
    send(stranger, reply);
    await eventually(() => stage.failures.length === 1);
    assert.equal(stage.failures[0]?.error.code, code);
    if (code === "cancelled") return;
    const { subject, status, data } = await stranger.next(1);
    assert.deepEqual([subject, status, data.length], [`${stranger.own}.results`, 500, 0]);
  });
}

test("what nobody reads is bounded by breaking the call off", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  await stage.serve(
    flows,
    { upload: (_: unknown, context: never) => untilAborted(context) },
    { limits: { maxBufferedBytes: 100_000 } },
  );
  using stranger = stage.stranger();
  stranger.send(UPLOAD, "00", { reply: stranger.own });
  const { reply = "" } = await stranger.next(0);
  for (let piece = 0; piece < 20; piece++) stranger.sendBytes(`${reply}.params.0`, new Uint8Array(10_000).fill(1));
  await eventually(() => stage.failures.length === 1);
  assert.equal(stage.failures[0]?.error.code, "resource-exhausted");
});

test("a server that reads no more says so to those who go on sending", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  await stage.serve(flows, { upload: () => 7n });
  using stranger = stage.stranger();
  stranger.send(UPLOAD, "00", { reply: stranger.own });
  const { reply = "" } = await stranger.next(0);
  assert.equal((await stranger.next(1)).hex, "07");
  stranger.send(`${reply}.params.0`, "01 09");
  const { subject, status } = await stranger.next(3);
  assert.deepEqual([subject, status], [`${stranger.own}.results`, 410]);
});

test("a client takes its result from the server that took the call, and from nobody else", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  const { outcome, client, stranger } = await asked(stage, ADD, () => stage.client(calls).add?.(1, 2));
  using _ = stranger;
  using second = stage.stranger();
  stranger.send(client, "", { reply: stranger.own });
  second.send(client, "", { reply: second.own });
  const left = await second.next(0);
  assert.deepEqual([left.subject, left.status], [`${second.own}.params`, 499]);
  stranger.send(`${client}.results.5.x`, "09");
  stranger.send(`${client}.other`, "09");
  second.send(`${client}.results`, "09", { reply: second.own });
  stranger.send(`${client}.results`, "07");
  assert.equal(await outcome, 7);
  stranger.send(`${client}.results`, "08");
  stranger.send(`${client}.results`, "");
  await quiet();
});

for (const [what, subject, bytes, options, code] of [
  ["an end", ".results", "", {}, "unknown"],
  ["a status", ".results", "", { status: { code: 500, description: "it broke" } }, "unknown"],
  ["too long a number", ".results", "ff ff ff ff ff", {}, "protocol"],
  ["bytes on a path that the type does not have", ".results.0", "00", {}, "protocol"],
] as const) {
  test(`a client whose result is ${what} fails`, GUARD, async () => {
    await using stage = new Stage("wrpc+nats");
    const { outcome, client, stranger } = await asked(stage, ADD, () => stage.client(calls).add?.(1, 2));
    using _ = stranger;
    stranger.send(client, "", { reply: stranger.own });
    stranger.send(`${client}${subject}`, bytes, options);
    await failsWith(outcome, code);
  });
}

test("a call without a result ends with its subject, and fails with a status there", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  const first = await asked(stage, NOTHING, () => stage.client(calls).nothing?.());
  using _ = first.stranger;
  first.stranger.send(first.client, "", { reply: first.stranger.own });
  first.stranger.send(`${first.client}.results`, "");
  assert.equal(await first.outcome, undefined);
  first.stranger[Symbol.dispose]();
  const second = await asked(stage, NOTHING, () => stage.client(calls).nothing?.());
  using __ = second.stranger;
  second.stranger.send(second.client, "", { reply: second.stranger.own });
  second.stranger.send(`${second.client}.results`, "", { status: { code: 500, description: "no" } });
  await failsWith(second.outcome, "unknown");
});

test("answers that are no answers fail the call", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  for (const [bytes, options] of [
    ["", {}],
    ["09", {}],
    ["", { status: { code: 408, description: "timeout" } }],
  ] as const) {
    const { outcome, client, stranger } = await asked(stage, ADD, () => stage.client(calls).add?.(1, 2));
    using _ = stranger;
    stranger.send(client, bytes, options);
    await failsWith(outcome, "protocol");
  }
});

test("a client that leaves tells its server, even one that answers late", GUARD, async () => {
  await using stage = new Stage("wrpc+nats");
  const controller = new AbortController();
  const { outcome, client, stranger } = await asked(stage, DOWNLOAD, () =>
    stage.client(flows).download?.(1, { signal: controller.signal }),
  );
  using _ = stranger;
  controller.abort();
  await failsWith(outcome, "cancelled");
  stranger.send(client, "", { reply: stranger.own });
  const { subject, status } = await stranger.next(1);
  assert.deepEqual([subject, status], [`${stranger.own}.params`, 499]);
});
