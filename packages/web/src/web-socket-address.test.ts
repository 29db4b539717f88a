import assert from "node:assert/strict";
import { test } from "node:test";
import { connectWebSocket } from "./connect-web-socket.ts";
import { parseWebSocketAddress } from "./web-socket-address.ts";

test("addresses of sessions and of plain wRPC", () => {
  assert.deepEqual(parseWebSocketAddress("ws://localhost:1234/a?b=c"), {
    protocol: "session",
    url: "ws://localhost:1234/a?b=c",
  });
  assert.deepEqual(parseWebSocketAddress("wrpc+wss://[::1]"), { protocol: "plain", url: "wss://[::1]/" });
});

test("a path stands for the page's own host, where there is a page", () => {
  assert.throws(() => parseWebSocketAddress("/rpc"), RangeError);
  const scope = globalThis as { location?: { href: string } };
  scope.location = { href: "https://app.example/deep/page.html" };
  try {
    assert.equal(parseWebSocketAddress("/rpc").url, "wss://app.example/rpc");
    assert.equal(parseWebSocketAddress("wrpc+/rpc").protocol, "plain");
  } finally {
    delete scope.location;
  }
});

test("what is no address is refused with what it should look like", () => {
  for (const text of ["", "rpc", "tcp://host:1", "http://host/", "ws://", "wrpc+tcp://host:1", "ws://host:99999/"]) {
    assert.throws(() => parseWebSocketAddress(text), RangeError, text);
  }
  assert.throws(
    () => parseWebSocketAddress("wss://user:secret@host/"),
    (error: Error) => !error.message.includes("secret"),
  );
  assert.throws(() => parseWebSocketAddress("wss://host/#part"), /fragment/);
  assert.throws(() => connectWebSocket("wrpc+ws://host/"), /createPlainTransport/);
});
