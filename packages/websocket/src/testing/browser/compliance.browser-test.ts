import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DEFAULT_LIMITS, type Server } from "@witwire/rpc";
import type { Browser, Page } from "playwright-core";
import { mountWebSocket } from "../../mount-web-socket.ts";
import { bundle, launchChromium, openPage, originOf, servePages } from "./browser-page.ts";
import type { Outcome } from "./collected-tests.ts";
import { Relay } from "./relay.ts";

const suites = [
  "websocket session",
  "plain websocket",
  "port session",
  "plain port",
  "streams session",
  "plain streams",
] as const;

/** What is left out over WebSockets, since Chromium cannot do it. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  // The hand-played peer is a WebSocket of the page too, and takes whatever comes.
  "websocket session": ["a peer that gives credit and reads nothing is dropped after a while"],
  "plain websocket": [
    "D9 a peer that does not read breaks the call off after a while",
    // It opens 255 at most.
    "a thousand calls at once, each with a stream",
    "C6 a thousand calls at once",
    // Its 100 ms have to last for two connections here, which a busy browser may take longer to make.
    "D17 an explicit deadline covers the streams of the result",
  ],
};

describe("the compliance suites in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let http: Awaited<ReturnType<typeof servePages>>;

  before(async () => {
    browser = await launchChromium();
    http = await servePages({ "/suites.js": await bundle("suites-page.ts") });
    const relay = Object.assign(new Relay(), { limits: DEFAULT_LIMITS }) as unknown as Server;
    mountWebSocket(relay, http, { path: "/relay" });
    page = await openPage(browser, originOf(http), "/suites.js");
  });

  after(async () => {
    await browser?.close();
    http?.close();
  });

  for (const suite of suites) {
    test(suite, { timeout: 300_000 }, async (context) => {
      const outcomes = (await page.evaluate(
        `runSuites(${JSON.stringify(suite)}, ${JSON.stringify(leftOut[suite] ?? [])})`,
      )) as Outcome[];
      assert.ok(outcomes.length > 100, `only ${outcomes.length} tests were found`);
      for (const { name, failure } of outcomes) {
        await context.test(name, () => assert.equal(failure, undefined, failure));
      }
    });
  }
});
