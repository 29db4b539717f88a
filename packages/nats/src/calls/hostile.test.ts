/** Calls in messages, with a peer that is played by hand and does what none should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { calls, flows } from "../testing/contracts.ts";
import { eventually, failsWith, quiet, Stage, type Stranger, untilAborted } from "../testing/stage.ts";

const GUARD = { timeout: 30_000 };
const ADD = "witwire.1.test:calls/calls.add";
const WAIT = "witwire.1.test:calls/calls.wait";
const DOWNLOAD = "witwire.1.test:flows/flows.download";

/** 2 + 3, in message 0. */
const ADD_2_3 = "00 05 11 01 00 02 03";
const add = (a: number, b: number): number => a + b;

/** A server that is played by hand, and a call of `add(1, 2)` that it has got. */
async function asked(
  stage: Stage,
  limits = {},
): Promise<{ outcome: Promise<unknown>; client: string; stranger: Stranger }> {
  const stranger = stage.stranger();
  stranger.listen(ADD);
  const outcome = stage.client(calls, limits).add?.(1, 2) as Promise<unknown>;
  outcome.catch(() => {});
  const { reply } = await stranger.next(0);
  return { outcome, client: reply ?? "", stranger };
}

test("a server ignores what is no call, and answers the next one", GUARD, async () => {
  await using stage = new Stage();
  let ran = 0;
  await stage.serve(calls, {
    add: (a: number, b: number) => {
      ran++;
      return a + b;
    },
  });
  using stranger = stage.stranger();
  const reply = stranger.own;
  stranger.send(ADD, ADD_2_3);
  stranger.send(ADD, ADD_2_3, { reply: "$SYS.REQ.SERVER.PING" });
  stranger.send(ADD, ADD_2_3, { reply, status: { code: 503, description: "" } });
  await quiet();
  assert.deepEqual([ran, stranger.received.length], [0, 0]);
  stranger.send(ADD, ADD_2_3, { reply });
  assert.equal((await stranger.next(0)).hex, "0003520105");
});

for (const [what, bytes, code] of [
  ["no number", "", "protocol"],
  ["another number first", "01 05 11 01 00 02 03", "unavailable"],
  ["a number without end", "ff ff ff ff ff ff ff ff ff", "protocol"],
  ["bytes that are no frame", "00 00 00", "protocol"],
  ["DATA before OPEN", "00 03 52 01 05", "protocol"],
  ["OPEN of another call", "00 05 11 03 00 02 03", "protocol"],
  ["OPEN of a function by its name", "00 08 91 01 01 'a' 01 'f' 02 03", "protocol"],
  ["OPEN twice", "00 04 01 01 00 02 05 11 01 00 02 03", "protocol"],
  ["parameters that are none", "00 09 11 01 00 ff ff ff ff 7f 01", "protocol"],
  ["data on a path that the type does not have", "00 04 01 01 00 02 05 02 01 01 00 09", "protocol"],
  ["an error from the caller", "00 04 01 01 00 02 0a 03 01 04 'oops' 00 01 'm'", "protocol"],
  ["credit of nothing", "00 04 01 01 00 02 03 45 01 00", "protocol"],
] as const) {
  test(`a server refuses ${what}`, GUARD, async () => {
    await using stage = new Stage();
    await stage.serve(calls, { add });
    using stranger = stage.stranger();
    stranger.send(ADD, bytes, { reply: stranger.own });
    const { hex } = await stranger.next(0);
    const expected = Buffer.from(code).toString("hex");
    assert.match(hex, new RegExp(`^00..+0301..${expected}`));
    assert.deepEqual(
      stage.failures.map(({ error }) => error.code),
      [code],
    );
  });
}

test("a call whose first message comes twice runs once", GUARD, async () => {
  await using stage = new Stage();
  let ran = 0;
  const running = Promise.withResolvers<string>();
  await stage.serve(calls, {
    wait: () => {
      ran++;
      return running.promise;
    },
  });
  using stranger = stage.stranger();
  for (let time = 0; time < 3; time++) stranger.send(WAIT, "00 03 11 01 00", { reply: stranger.own });
  const { reply, hex } = await stranger.next(0);
  assert.equal(hex, "00", "the server says where it is");
  // Neither a message from somebody else nor a number that was there changes anything.
  stranger.send(reply ?? "", "01 08 04 01 05 'other'", { reply: "somebody.else" });
  stranger.send(reply ?? "", "00 08 04 01 05 'again'", { reply: stranger.own });
  stranger.send(`${reply}.results`, "01 08 04 01 05 'wrong'", { reply: stranger.own });
  await quiet();
  running.resolve("done");
  assert.equal((await stranger.next(1)).hex, `0107520104${Buffer.from("done").toString("hex")}`);
  assert.deepEqual([ran, stage.failures.length], [1, 0]);
});

test("a message that is lost on its way fails the call on the server's side", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(flows, { upload: async (v: AsyncIterable<unknown>) => BigInt((await Array.fromAsync(v)).length) });
  using stranger = stage.stranger();
  stranger.send("witwire.1.test:flows/flows.upload", "00 04 01 01 00 00", { reply: stranger.own });
  const { reply } = await stranger.next(0);
  stranger.send(reply ?? "", "02 05 12 01 01 00 00", { reply: stranger.own });
  assert.match((await stranger.next(1)).hex, new RegExp(Buffer.from("unavailable").toString("hex")));
  assert.equal(stage.failures[0]?.error.code, "unavailable");
});

test("more data than there is credit for ends the call", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(flows, { upload: (_: unknown, context: CallContext) => untilAborted(context) });
  using stranger = stage.stranger();
  stranger.send("witwire.1.test:flows/flows.upload", "00 04 01 01 00 00", { reply: stranger.own });
  const { reply } = await stranger.next(0);
  const data = new Uint8Array(1 + 3 + 5 + 66_000);
  data.set([1, 0xd5, 0x83, 0x04, 0x02, 0x01, 0x01, 0x00]);
  stranger.sendBytes(reply ?? "", data.subarray(0, 4 + 0x101d5), { reply: stranger.own });
  await eventually(() => stage.failures.length === 1);
  assert.match(stage.failures[0]?.error.message ?? "", /window of credit/);
});

test("a head that never ends is given up", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(calls, { add }, { limits: { headerTimeout: 50 } });
  using stranger = stage.stranger();
  stranger.send(ADD, "00 80 01 11 01", { reply: stranger.own });
  await eventually(() => stage.failures.length === 1);
  assert.equal(stage.failures[0]?.error.code, "deadline-exceeded");
});

test("a caller that has left before it was answered is not waited for", GUARD, async () => {
  await using stage = new Stage();
  const aborted = Promise.withResolvers<void>();
  await stage.serve(calls, {
    wait: async (context: CallContext) => {
      await untilAborted(context);
      aborted.resolve();
    },
  });
  await failsWith(stage.client(calls).wait?.({ timeout: 1 }), "deadline-exceeded");
  await aborted.promise;
});

test("a client takes an answer for one only if it is one, from the server that it knows", GUARD, async () => {
  await using stage = new Stage();
  const { outcome, client, stranger } = await asked(stage);
  using _ = stranger;
  stranger.send(`${client}.more`, "00 03 52 01 09");
  stranger.send(client, "01 03 52 01 09");
  stranger.send(client, "");
  stranger.send(`${client}0`, "00 03 52 01 09");
  stranger.send(client, "00", { reply: stranger.own });
  await quiet();
  stranger.send(client, "01 03 52 01 09");
  stranger.send(client, "01 03 52 01 09", { reply: `${stranger.own}0` });
  stranger.send(client, "00 03 52 01 09", { reply: stranger.own });
  await quiet();
  stranger.send(client, "01 03 52 01 07", { reply: stranger.own });
  stranger.send(client, "02 03 52 01 08", { reply: stranger.own });
  assert.equal(await outcome, 7);
});

test("a second server that answers is told to stop", GUARD, async () => {
  await using stage = new Stage();
  const { outcome, client, stranger } = await asked(stage);
  using _ = stranger;
  using second = stage.stranger();
  stranger.send(client, "00", { reply: stranger.own });
  second.send(client, "00", { reply: second.own });
  const { status, data } = await second.next(0);
  assert.deepEqual([status, data.length], [499, 0]);
  stranger.send(client, "01 03 52 01 07", { reply: stranger.own });
  assert.equal(await outcome, 7);
  second.send(client, "00", { reply: second.own });
  assert.equal((await second.next(1)).status, 499, "and so is one that comes when the call is over");
});

for (const [what, bytes, code] of [
  ["that is not complete and cannot be continued", "00 04 22 01 01 00", "protocol"],
  ["that is cut", "00 08 52 01 ff", "protocol"],
  ["of another call", "00 03 52 03 09", "protocol"],
  ["that opens a call", "00 05 11 01 00 02 03", "protocol"],
  ["that cancels", "00 08 04 01 05 'never'", "protocol"],
  ["with an error", "00 0d 03 01 07 'unheard' 02 01 'm'", "unheard"],
  ["that is too long a number", "00 09 52 01 ff ff ff ff ff ff", "protocol"],
] as const) {
  test(`an answer ${what} fails the call`, GUARD, async () => {
    await using stage = new Stage();
    const { outcome, client, stranger } = await asked(stage);
    using _ = stranger;
    stranger.send(client, bytes);
    await failsWith(outcome, code);
  });
}

test("a message that is lost on its way fails the call on the client's side", GUARD, async () => {
  await using stage = new Stage();
  const { outcome, client, stranger } = await asked(stage);
  using _ = stranger;
  stranger.send(client, "00", { reply: stranger.own });
  stranger.send(client, "02 03 52 01 07", { reply: stranger.own });
  await failsWith(outcome, "unavailable", { message: /lost on their way/ });
});

test("a server that answers and cannot be reached is gone", GUARD, async () => {
  await using stage = new Stage();
  using stranger = stage.stranger();
  stranger.listen(DOWNLOAD);
  const outcome = stage.client(flows).download?.(1) as Promise<AsyncIterable<Uint8Array>>;
  const { reply: client = "" } = await stranger.next(0);
  stranger.send(client, "00", { reply: "_INBOX.gone.1" });
  stranger.send(client, "01 03 42 01 00", { reply: "_INBOX.gone.1" });
  // Half of the window is read, so that credit is given, to nobody.
  const data = new Uint8Array(8 + 40_000);
  data.set([2, 0xc7, 0xb8, 0x02, 0x02, 0x01, 0x01, 0x00]);
  const head = Uint8Array.of(0xc0, 0xb8, 0x02);
  const message = new Uint8Array(4 + 40_007);
  message.set(data.subarray(0, 8));
  message.set(head, 8);
  stranger.sendBytes(client, message, { reply: "_INBOX.gone.1" });
  await failsWith(Array.fromAsync(await outcome), "unavailable", { message: /gone/ });
});

test("pings of strangers are answered, within bounds", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(calls, { wait: untilAborted }, { limits: { maxFutileFrames: 10 } });
  using stranger = stage.stranger();
  stranger.send(WAIT, "00 03 11 01 00", { reply: stranger.own });
  const { reply = "" } = await stranger.next(0);
  const inbox = reply.slice(0, reply.lastIndexOf("."));
  stranger.send(`${inbox}.ping`, "01 02 03 04 05 06 07 08 09", { reply: stranger.own });
  stranger.send(`${inbox}.ping`, "01", { reply: "$JS.API.STREAM.DELETE.x" });
  stranger.send(`${inbox}.pong.9`, "01");
  for (let ping = 0; ping < 100; ping++) stranger.send(`${inbox}.ping`, "01 02", { reply: stranger.own });
  await quiet();
  assert.equal(stranger.received.length, 11);
  stranger.send(reply, "", { reply: stranger.own, status: { code: 499, description: "gone" } });
  await eventually(() => stage.failures.length === 1);
});
