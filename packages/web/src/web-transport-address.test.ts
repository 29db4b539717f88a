import assert from "node:assert/strict";
import { test } from "node:test";
import { connectWebTransport, dialWebTransport } from "./connect-web-transport.ts";
import { parseWebTransportAddress } from "./web-transport-address.ts";

test("addresses of sessions and of plain wRPC", () => {
  assert.deepEqual(parseWebTransportAddress("webtransport://localhost:1234/a?b=c"), {
    protocol: "session",
    url: "https://localhost:1234/a?b=c",
  });
  assert.deepEqual(parseWebTransportAddress("wrpc+webtransport://[::1]"), { protocol: "plain", url: "https://[::1]/" });
});

test("a path stands for the page's own host, where the page came by https", () => {
  assert.throws(() => parseWebTransportAddress("/rpc"), RangeError);
  const scope = globalThis as { location?: { href: string } };
  try {
    scope.location = { href: "https://app.example:8443/deep/page.html" };
    assert.equal(parseWebTransportAddress("/rpc").url, "https://app.example:8443/rpc");
    assert.equal(parseWebTransportAddress("wrpc+/rpc").protocol, "plain");
    scope.location = { href: "http://app.example/" };
    assert.throws(() => parseWebTransportAddress("/rpc"), RangeError);
  } finally {
    delete scope.location;
  }
});

test("what is no address is refused with what it should look like", () => {
  for (const text of [
    "",
    "rpc",
    "quic://host:1",
    "https://host/",
    "webtransport://",
    "webtransport:///path",
    "wrpc+https://host/",
    "webtransport://host:99999/",
  ]) {
    assert.throws(() => parseWebTransportAddress(text), RangeError, text);
  }
  assert.throws(
    () => parseWebTransportAddress("webtransport://user:secret@host/"),
    (error: Error) => !error.message.includes("secret"),
  );
  assert.throws(() => parseWebTransportAddress("webtransport://host/#part"), /fragment/);
  assert.throws(() => connectWebTransport("wrpc+webtransport://host/"), /createPlainTransport/);
});

test("where there is no WebTransport, nothing was done", async () => {
  const error = await new Promise<unknown>((resolve) => {
    dialWebTransport("wrpc+webtransport://host/")().start({
      data: () => {},
      end: () => {},
      flushed: () => {},
      error: resolve,
    });
  });
  const { code, started, message } = error as { code: string; started: string; message: string };
  assert.deepEqual({ code, started }, { code: "unavailable", started: "no" });
  assert.match(message, /there is no WebTransport here/);
});
