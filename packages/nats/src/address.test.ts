import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNatsAddress, parseNatsAddress } from "./address.ts";

test("addresses with all their parts, and with few", () => {
  assert.deepEqual(parseNatsAddress("nats://localhost"), {
    protocol: "calls",
    servers: ["localhost:4222"],
    prefix: "",
    group: undefined,
  });
  assert.deepEqual(parseNatsAddress("wrpc+nats://a:1,[::1],b:65535/default.target-1?group=default.target-1"), {
    protocol: "plain",
    servers: ["a:1", "[::1]:4222", "b:65535"],
    prefix: "default.target-1",
    group: "default.target-1",
  });
});

test("what is read is written the same", () => {
  for (const address of [
    "nats://localhost:4222",
    "wrpc+nats://localhost:4222/one.two",
    "nats://[::1]:4222,b:1/one?group=g",
    "nats://localhost:4222/?group=g",
  ]) {
    assert.equal(formatNatsAddress(parseNatsAddress(address)), address);
  }
});

for (const [address, why] of [
  ["tcp://localhost", /no address of NATS/],
  ["nats:localhost", /no address of NATS/],
  ["nats://", /no address of NATS/],
  ["nats://localhost:70000", /no address of NATS/],
  ["nats://::1", /no address of NATS/],
  ["nats://a,,b", /no address of NATS/],
  ["nats://localhost/%zz", /no address of NATS/],
  ["nats://user:secret@localhost", /pass them as the option nats/],
  ["nats://localhost/a..b", /no prefix/],
  ["nats://localhost/a.*", /no prefix/],
  ["nats://localhost/a.%3E", /no prefix/],
  ["nats://localhost/a%20b", /no prefix/],
  [`nats://localhost/${"a".repeat(600)}`, /no prefix/],
  ["nats://localhost?group=", /no queue group/],
  ["nats://localhost?group=a%20b", /no queue group/],
  ["nats://localhost?queue=a", /only \?group=/],
] as const) {
  test(`${address.slice(0, 60)} is refused`, () => {
    assert.throws(
      () => parseNatsAddress(address),
      (error: Error) => {
        assert.ok(error instanceof RangeError);
        assert.match(error.message, why);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  });
}
