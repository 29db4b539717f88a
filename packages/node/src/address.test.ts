import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress } from "./address.ts";

test("addresses read as they are written", () => {
  const addresses = {
    "tcp://localhost:80": { transport: "tcp", host: "localhost", port: 80 },
    "tcp://127.0.0.1:0": { transport: "tcp", host: "127.0.0.1", port: 0 },
    "tcp://[::1]:65535": { transport: "tcp", host: "::1", port: 65535 },
    "tcp://[fe80::1%eth0]:1": { transport: "tcp", host: "fe80::1%eth0", port: 1 },
    "tls://example.org:443": { transport: "tls", host: "example.org", port: 443 },
    "unix:///run/a b.sock": { transport: "unix", path: "/run/a b.sock" },
  };
  for (const [rest, place] of Object.entries(addresses)) {
    for (const [text, protocol] of [
      [rest, "session"],
      [`wrpc+${rest}`, "plain"],
    ] as const) {
      const parsed = parseAddress(text);
      assert.deepEqual(parsed, { protocol, ...place });
      assert.equal(formatAddress(parsed), text);
    }
  }
});

test("the port may be left out, and a slash may follow", () => {
  assert.deepEqual(parseAddress("wrpc+tcp://host"), { protocol: "plain", transport: "tcp", host: "host", port: 7761 });
  assert.deepEqual(parseAddress("tcp://[::1]/"), { protocol: "session", transport: "tcp", host: "::1", port: 7761 });
});

test("what is no address is refused with what it should look like", () => {
  const wrong = {
    "": /tcp:\/\/ or unix:\/\/ or tls:\/\/, or for plain wRPC with wrpc\+tcp:\/\/ or wrpc\+unix:\/\//,
    "wrpc+": /no address/,
    "wrpc+wrpc+tcp://host:1": /no address/,
    "unix://relative.sock": /absolute/,
    "tcp://host:port": /host:port/,
    "ftp://host": /no address/,
    "wrpc+ws://host": /npm install @witwire\/websocket\n.*connectWebSocket/,
    "quic://host:1": /npm install @witwire\/quic @matrixai\/quic@[\d.]+\n.*connectQuic/,
    "nats://host": /npm install @witwire\/nats\n/,
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
