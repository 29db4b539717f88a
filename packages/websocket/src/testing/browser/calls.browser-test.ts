import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { mountWebSocket } from "../../mount-web-socket.ts";
import { isWebSocketPeer } from "../../web-socket-peer.ts";
import { type EchoServer, echoServer, eventually } from "../echo-server.ts";
import { bundle, launchChromium, openPage, originOf, servePages } from "./browser-page.ts";

const GUARD = { timeout: 60_000 };

describe("a page in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let http: Awaited<ReturnType<typeof servePages>>;
  let foreign: Awaited<ReturnType<typeof servePages>>;
  let served: EchoServer;

  before(async () => {
    browser = await launchChromium();
    served = echoServer();
    http = await servePages({
      "/calls.js": await bundle("calls-page.ts"),
      "/worker.js": await bundle("worker-script.ts"),
    });
    foreign = await servePages({});
    mountWebSocket(served.server, http, { path: "/rpc" });
    mountWebSocket(served.server, foreign, { path: "/rpc" });
    page = await openPage(browser, originOf(http), "/calls.js");
  });

  after(async () => {
    await browser?.close();
    await served?.server.close();
    for (const each of [http, foreign]) each?.close();
  });

  const play = (name: string, argument: string): Promise<unknown> =>
    page.evaluate(`play(${JSON.stringify(name)}, ${JSON.stringify(argument)})`);

  test("calls a server by a path on its own host, and the server sees whose page it is", GUARD, async () => {
    assert.deepEqual(await play("call", "/rpc"), { pongs: 1000, state: "ready" });
    const peer = served.contexts[0]?.peer;
    assert.ok(peer !== undefined && isWebSocketPeer(peer));
    assert.equal(peer.headers.origin, originOf(http));
    assert.equal(peer.headers["sec-websocket-extensions"] === undefined, false, "Chromium offers compression");
    await eventually(() => served.server.stats().connections === 0);
  });

  test("streams there and back", GUARD, async () => {
    const sum = (65_536 * (159 * 160)) / 2;
    assert.deepEqual(await play("stream", "/rpc"), { bytes: 160 * 65_536, sum });
  });

  test("calls with lean clients, over a session and over plain wRPC", GUARD, async () => {
    const outcome = { pong: "pong", bytes: 100_000, late: "deadline-exceeded" };
    const address = `${originOf(http).replace("http", "ws")}/rpc`;
    assert.deepEqual(await play("lean", address), [outcome, outcome]);
    await eventually(() => served.server.stats().connections === 0);
  });

  test("is not let in elsewhere, which costs no call anything", GUARD, async () => {
    const { code, started } = (await play("failure", `${originOf(foreign).replace("http", "ws")}/rpc`)) as {
      code: string;
      started: string;
    };
    assert.deepEqual({ code, started }, { code: "unavailable", started: "no" });
  });

  test(
    "calls a server in a worker without losing its buffers, and learns that the worker has gone",
    GUARD,
    async () => {
      assert.deepEqual(await play("worker", "/worker.js"), {
        bytes: 1_000_010,
        detached: false,
        afterTermination: "unavailable",
      });
    },
  );
});
