import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { foreignTransportOf } from "@witwire/node";
import { formatQuicAddress, parseQuicAddress } from "./address.ts";
import { connectQuic } from "./connect.ts";
import * as quic from "./index.ts";
import { BINDING } from "./quiche.ts";

test("addresses read as they are written", () => {
  const addresses = {
    "quic://localhost:80": { protocol: "session", host: "localhost", port: 80 },
    "wrpc+quic://127.0.0.1:0": { protocol: "plain", host: "127.0.0.1", port: 0 },
    "wrpc+quic://[::1]:65535": { protocol: "plain", host: "::1", port: 65535 },
  } as const;
  for (const [text, address] of Object.entries(addresses)) {
    assert.deepEqual(parseQuicAddress(text), address);
    assert.equal(formatQuicAddress(address), text);
  }
  assert.deepEqual(parseQuicAddress("quic://host/"), { protocol: "session", host: "host", port: 7761 });
});

test("what is no address is refused with what it should look like", () => {
  for (const text of [
    "",
    "quic:",
    "quic://",
    "quic://::1:80",
    "quic://h:65536",
    "quic://h:1/path",
    "quic://u@h?x",
    "tls://h:1",
  ]) {
    assert.throws(
      () => connectQuic(text),
      { name: "RangeError", message: /no QUIC address.*quic:\/\/host:port/ },
      text,
    );
  }
  assert.throws(() => connectQuic("quic://h:1", { compat: "go" }), /wrpc\+quic:\/\/h:1/);
});

test("others name this package, what it has, and the version of what it needs", () => {
  const { peerDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  assert.equal(BINDING, `@matrixai/quic@${peerDependencies["@matrixai/quic"]}`);
  const transport = foreignTransportOf("wrpc+quic://host:1");
  assert.equal(transport?.package, "@witwire/quic");
  assert.equal(transport.peer, BINDING);
  assert.ok(transport.connect in quic && transport.listen in quic);
});
