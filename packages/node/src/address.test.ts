import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress } from "./address.ts";

test("addresses read as they are written", () => {
  const addresses = {
    "wrpc+tcp://localhost:80": { transport: "tcp", host: "localhost", port: 80 },
    "wrpc+tcp://127.0.0.1:0": { transport: "tcp", host: "127.0.0.1", port: 0 },
    "wrpc+tcp://[::1]:65535": { transport: "tcp", host: "::1", port: 65535 },
    "wrpc+tcp://[fe80::1%eth0]:1": { transport: "tcp", host: "fe80::1%eth0", port: 1 },
    "wrpc+unix:///run/a b.sock": { transport: "unix", path: "/run/a b.sock" },
  };
  for (const [text, address] of Object.entries(addresses)) {
    const parsed = parseAddress(text);
    assert.deepEqual(parsed, address);
    assert.equal(formatAddress(parsed), text);
  }
});

test("the port may be left out, and a slash may follow", () => {
  assert.deepEqual(parseAddress("wrpc+tcp://host"), { transport: "tcp", host: "host", port: 7761 });
  assert.deepEqual(parseAddress("wrpc+tcp://[::1]/"), { transport: "tcp", host: "::1", port: 7761 });
});

test("what is no address is refused with what it should look like", () => {
  const wrong = {
    "": /wrpc\+tcp:\/\/ or wrpc\+unix:\/\//,
    "tcp://host:1": /no address/,
    "http://host": /no address/,
    "wrpc+tcp://": /host:port/,
    "wrpc+tcp://::1:80": /brackets/,
    "wrpc+tcp://host:65536": /host:port/,
    "wrpc+tcp://host:port": /host:port/,
    "wrpc+tcp://host:80/path": /host:port/,
    "wrpc+tcp://user@host?x": /host:port/,
    "wrpc+unix://relative.sock": /absolute/,
    "wrpc+unix:///": /absolute/,
    "wrpc+unix:///a\0b": /absolute/,
    [`wrpc+unix:///${"x".repeat(103)}`]: /longer than the 103 bytes/,
  };
  for (const [text, reason] of Object.entries(wrong)) {
    assert.throws(
      () => parseAddress(text),
      (error) => error instanceof RangeError && reason.test(error.message),
      text,
    );
  }
});
