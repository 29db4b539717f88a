import { plainProtocolTests, sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainPorts, portSession } from "../../../../web/src/testing/port-harness.ts";
import { plainStreamPairs, streamPairSession } from "../../../../web/src/testing/stream-pair-harness.ts";
import { runCollected } from "./collected-tests.ts";
import { relayedWebSocket } from "./relayed-harness.ts";

const harnesses = {
  "plain websocket": relayedWebSocket("plain"),
  "websocket session": relayedWebSocket("session"),
  "plain port": plainPorts,
  "port session": portSession,
  "plain streams": plainStreamPairs,
  "streams session": streamPairSession,
};

/** Runs all that a transport has to pass, in the page. */
Object.assign(globalThis, {
  runSuites: (name: keyof typeof harnesses, left: readonly string[]) => {
    const harness = harnesses[name];
    transportCompliance(harness);
    if (harness.session === true) sessionProtocolTests(harness);
    else plainProtocolTests(harness);
    return runCollected(left);
  },
});
