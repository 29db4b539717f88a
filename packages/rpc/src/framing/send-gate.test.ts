import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../errors.ts";
import { Timers } from "../timers.ts";
import { SendGate } from "./send-gate.ts";

test("an open gate lets through, a shut one makes wait until it opens", async () => {
  const timers = new Timers();
  const gate = new SendGate(timers, 10_000, assert.fail);
  await gate.passed();
  gate.shut();
  const waiting = Promise.all([gate.passed(), gate.passed()]);
  assert.equal(timers.running, 1, "one timer for all who wait");
  gate.open();
  await waiting;
  assert.equal(timers.running, 0);
});

test("a closed gate refuses those who wait and those who come, with one reason", async () => {
  const timers = new Timers();
  const gate = new SendGate(timers, 10_000, assert.fail);
  gate.shut();
  const waiting = assert.rejects(gate.passed(), { code: "cancelled" });
  gate.close(() => new RpcError("cancelled", "first"));
  gate.close(() => new RpcError("internal", "second"));
  await waiting;
  await assert.rejects(gate.passed(), { code: "cancelled" });
  assert.equal(timers.running, 0);
});

test("a gate that stays shut in front of a writer reports a stall; one without a writer does not", async () => {
  const { promise, resolve } = Promise.withResolvers<RpcError>();
  const timers = new Timers();
  const gate = new SendGate(timers, 5, resolve);
  gate.shut();
  assert.equal(timers.running, 0);
  gate.passed().catch(() => {});
  assert.equal((await promise).code, "resource-exhausted");
  gate.close(() => new RpcError("cancelled", "over"));
});
