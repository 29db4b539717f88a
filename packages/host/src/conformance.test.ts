import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, type InvocationTransport, isRpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { type CallContext, isWitError, WitError } from "@witwire/wit/values";
import { hostComponent } from "./component-host.ts";
import { backingGuest, guestWit, workerGuest } from "./testing/guests.ts";
import { serveNatively, serveOverTcp } from "./testing/served.ts";

/** How a call ended. Plain wRPC cannot say why a call failed, so for that the server's word is taken. */
type Outcome =
  | { readonly ok: unknown }
  | { readonly err: unknown }
  | { readonly failed: string; readonly import?: string };

type Functions = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

interface Case {
  readonly name: string;
  readonly call: (work: Functions) => Promise<unknown>;
  readonly expected: Outcome;
}

const contract = parseWit(guestWit);
/** Most cases never come near it; those of {@link slow} wait for it. */
const patient = 30_000;
const impatient = 200;
const { signal: aborted } = (() => {
  const controller = new AbortController();
  controller.abort();
  return controller;
})();

const cases: readonly Case[] = [
  { name: "a string", call: (work) => call(work, "echo", "hällo 𝄞 \0"), expected: { ok: "hällo 𝄞 \0" } },
  { name: "an empty string", call: (work) => call(work, "echo", ""), expected: { ok: "" } },
  {
    name: "a long string",
    call: (work) => call(work, "echo", "x".repeat(60_000)),
    expected: { ok: "x".repeat(60_000) },
  },
  { name: "ok", call: (work) => call(work, "divide", 42, 5), expected: { ok: 8 } },
  { name: "err", call: (work) => call(work, "divide", 42, 0), expected: { err: "division by zero" } },
  { name: "a trap", call: (work) => call(work, "trap"), expected: { failed: "trap" } },
  { name: "a fresh instance", call: (work) => call(work, "count"), expected: { ok: 1 } },
  { name: "an import that answers", call: (work) => call(work, "ask", "echo"), expected: { ok: "echo" } },
  { name: "an import that answers err", call: (work) => call(work, "try", 0), expected: { err: "zero" } },
  { name: "an import that answers ok", call: (work) => call(work, "try", 7), expected: { ok: 7 } },
  {
    name: "a number out of range",
    call: (work) => call(work, "divide", 1.5, 1),
    expected: { failed: "invalid-argument" },
  },
  { name: "a lone surrogate", call: (work) => call(work, "echo", "\ud800"), expected: { failed: "invalid-argument" } },
  { name: "nothing for a string", call: (work) => call(work, "echo"), expected: { failed: "invalid-argument" } },
  {
    name: "no time at all",
    call: (work) => call(work, "echo", "x", { timeout: 0 }),
    expected: { failed: "deadline-exceeded" },
  },
  {
    name: "a signal that is aborted",
    call: (work) => call(work, "echo", "x", { signal: aborted }),
    expected: { failed: "cancelled" },
  },
  {
    name: "a timeout that is none",
    call: (work) => call(work, "echo", "x", { timeout: -1 }),
    expected: { failed: "invalid-argument" },
  },
];

/** These need a backend that misbehaves, which only one in TypeScript can. */
const misbehaving: readonly Case[] = [
  {
    name: "an import that throws",
    call: (work) => call(work, "ask", "throw"),
    expected: { failed: "trap", import: "failed" },
  },
  {
    name: "an import that rejects",
    call: (work) => call(work, "ask", "reject"),
    expected: { failed: "trap", import: "failed" },
  },
  {
    name: "an import that throws err where it returns no result",
    call: (work) => call(work, "ask", "wit-error"),
    expected: { failed: "trap", import: "failed" },
  },
  {
    name: "an import that returns another type",
    call: (work) => call(work, "ask", "wrong"),
    expected: { failed: "trap", import: "failed" },
  },
  {
    name: "an import that returns err of another type",
    call: (work) => call(work, "try", 99),
    expected: { failed: "trap", import: "failed" },
  },
];

/** These wait for an import that never answers. */
const slow: readonly Case[] = [
  {
    name: "an import that never answers",
    call: (work) => call(work, "ask", "hang"),
    expected: { failed: "trap", import: "deadline-exceeded" },
  },
  {
    name: "a caller with less time than its import",
    call: (work) => call(work, "ask", "hang", { timeout: 10 }),
    expected: { failed: "deadline-exceeded" },
  },
];

const backend = {
  ask: async (text: string, _context: CallContext): Promise<string> => {
    if (text === "reject") throw new Error("no");
    if (text === "wit-error") throw new WitError("no");
    if (text === "wrong") return 7 as never;
    if (text === "hang") await new Promise(() => {});
    return text;
  },
  try: (a: number): number => {
    if (a === 0) throw new WitError("zero");
    if (a === 99) throw new WitError(99);
    return a;
  },
};

const syncBackend = {
  ...backend,
  ask: (text: string, context: CallContext): unknown => {
    if (text === "throw") throw new Error("no");
    return backend.ask(text, context);
  },
};

function call(work: Functions, name: string, ...args: unknown[]): Promise<unknown> {
  return (work[name] as Functions[string])(...args);
}

async function outcomeOf(run: () => Promise<unknown>, serverSays: () => unknown): Promise<Outcome> {
  try {
    return { ok: await run() };
  } catch (error) {
    if (isWitError(error)) return { err: error.payload };
    assert.ok(isRpcError(error), String(error));
    const failure = error.code === "unknown" ? serverSays() : error;
    assert.ok(isRpcError(failure), `the server knows nothing of ${error.message}`);
    const cause = failure.cause instanceof Error ? failure.cause.cause : undefined;
    if (failure.code !== "trap" || !/the import/.test(failure.message)) return { failed: failure.code };
    const timedOut = isRpcError(cause) && cause.code === "deadline-exceeded";
    return { failed: failure.code, import: timedOut ? "deadline-exceeded" : "failed" };
  }
}

describe("components in process and over plain wRPC", async () => {
  const worker = await workerGuest();
  const backing = await backingGuest();

  const inProcess = async (table: readonly Case[], local: object, importTimeout = patient): Promise<void> => {
    await using host = hostComponent(worker, { local: { "test:host/backend": local }, importTimeout });
    for (const { name, call, expected } of table) {
      const work = host.exports["test:host/work"] as Functions;
      assert.deepEqual(
        await outcomeOf(
          () => call(work),
          () => undefined,
        ),
        expected,
        name,
      );
    }
  };

  const overTcp = async (
    table: readonly Case[],
    transport: InvocationTransport,
    importTimeout = patient,
  ): Promise<void> => {
    await using served = await serveOverTcp(worker, { remote: { transport }, importTimeout });
    const client = createClient(findInterface(contract, "work"), served.transport) as unknown as Functions;
    for (const { name, call, expected } of table) {
      served.failures.length = 0;
      assert.deepEqual(
        await outcomeOf(
          () => call(client),
          () => served.failures[0],
        ),
        expected,
        name,
      );
    }
  };

  test("answer alike, with an import in TypeScript", async () => {
    await inProcess([...cases, ...misbehaving], syncBackend);
    await inProcess(slow, syncBackend, impatient);
    await using native = await serveNatively((server) => server.serve(findInterface(contract, "backend"), syncBackend));
    await overTcp([...cases, ...misbehaving], native.transport);
    await overTcp(slow, native.transport, impatient);
  });

  test("answer alike, with another component as the import", async () => {
    await using provider = hostComponent(backing);
    await inProcess(cases, provider.exports["test:host/backend"] as object);
    await using served = await serveOverTcp(backing);
    await overTcp(cases, served.transport);
  });
});
