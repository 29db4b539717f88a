import assert from "node:assert/strict";
import { test } from "node:test";
import { WitError } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import { type CallRecord, formatCallRecord, logging } from "./logging.ts";
import { DESK, Pair, protocols } from "./testing/pair.ts";

for (const protocol of protocols) {
  test(`every call has a record on both sides, without parameters (${protocol})`, async () => {
    const records: CallRecord[] = [];
    const log = (record: CallRecord): void => void records.push(record);
    await using pair = new Pair(protocol, {
      client: { interceptors: [logging({ log })] },
      server: { interceptors: [logging({ log })] },
      implementation: {
        divide: () => {
          throw new WitError("secret");
        },
        nothing: () => {
          throw new RpcError("not-found", "no such thing", { started: "no" });
        },
      },
    });
    await pair.call("add", 1, 2);
    await assert.rejects(pair.call("divide", 4711, 0));
    await assert.rejects(pair.call("nothing"));
    assert.deepEqual(
      records.map(({ side, name, outcome, peer }) => `${side} ${name} ${outcome} ${peer}`),
      [
        "server add ok memory",
        "client add ok undefined",
        "server divide err memory",
        "client divide err undefined",
        "server nothing failed memory",
        "client nothing failed undefined",
      ],
    );
    assert.deepEqual(records[4]?.failure, { code: "not-found", started: "no", message: "no such thing" });
    assert.ok(records.every(({ duration, instance }) => duration >= 0 && instance === DESK));
    assert.doesNotMatch(JSON.stringify(records.map((record) => ({ ...record, duration: 0 }))), /4711|secret/);
  });
}

test("a log that throws does not fail the call", async (context) => {
  const error = context.mock.method(console, "error", () => {});
  const log = (): never => {
    throw new Error("disk full");
  };
  await using pair = new Pair("session", { server: { interceptors: [logging({ log })] } });
  assert.equal(await pair.call("who"), "nobody");
  assert.equal(error.mock.callCount(), 1);
});

test("a record is one line, whatever the other side says", () => {
  const failure = { code: "internal", started: "maybe", message: "a\nclient fine ok" } as const;
  const record = { side: "client", instance: DESK, name: "add", peer: undefined, duration: 1.25 } as const;
  assert.equal(
    formatCallRecord({ ...record, outcome: "failed", failure }),
    `client ${DESK}.add failed internal started=maybe 1.3 ms: "a\\nclient fine ok"`,
  );
  assert.equal(
    formatCallRecord({ ...record, side: "server", peer: "[::1]:5", outcome: "ok", failure: undefined }),
    `server ${DESK}.add ok 1.3 ms from [::1]:5`,
  );
});
