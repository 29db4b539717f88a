/** Calls over a network that delays, splits, stalls and cuts. */
import { test } from "node:test";
import { crossRoughNetwork, openLedger } from "../../node/src/testing/rough-crossing.ts";
import { roughProxy } from "../../node/src/testing/rough-proxy.ts";
import { connectWebSocket } from "./connect-web-socket.ts";
import { listenWebSocket } from "./listen-web-socket.ts";

const GUARD = { timeout: 60_000 };

/** Plain wRPC tells no reasons. */
const codes: Readonly<Record<string, readonly string[]>> = {
  ws: ["unavailable", "deadline-exceeded"],
  "wrpc+ws": ["unknown", "unavailable", "deadline-exceeded"],
};

for (const scheme of Object.keys(codes)) {
  test(`${scheme} over a bad network loses nothing unsaid, and recovers`, GUARD, async () => {
    await using ledger = openLedger();
    await using listener = await listenWebSocket(ledger.server, "ws://127.0.0.1:0/");
    const cuts = scheme === "ws" ? 0.02 : 0.04;
    await using proxy = await roughProxy(Number(new URL(listener.address).port), { seed: 3, cuts });
    const open = () => connectWebSocket(`${scheme}://127.0.0.1:${proxy.port}/`);
    const timing = { during: 2000, timeout: 5000 };
    await crossRoughNetwork({ ledger, proxy, connect: open, codes: codes[scheme] ?? [], seed: 3, ...timing });
  });
}
