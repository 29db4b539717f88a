/** Calls over a network that delays, splits, stalls and cuts. */
import { test } from "node:test";
import { makeCertificate } from "../../node/src/testing/certificate.ts";
import { crossRoughNetwork, openLedger } from "../../node/src/testing/rough-crossing.ts";
import { roughProxy } from "../../node/src/testing/rough-proxy.ts";
import { connectWebSocket } from "./connect-web-socket.ts";
import { listenWebSocket } from "./listen-web-socket.ts";

const GUARD = { timeout: 60_000 };

const session = { cuts: 0.02, codes: ["unavailable", "deadline-exceeded"] };

/** Plain wRPC tells no reasons. */
const plain = { cuts: 0.04, codes: ["unknown", ...session.codes] };

const networks = { ws: session, "wrpc+ws": plain, wss: session, "wrpc+wss": plain };

const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["127.0.0.1"], issuer: authority });

for (const [scheme, { cuts, codes }] of Object.entries(networks)) {
  test(`${scheme} over a bad network loses nothing unsaid, and recovers`, GUARD, async () => {
    const secure = scheme.endsWith("wss");
    await using ledger = openLedger();
    const address = `${secure ? "wss" : "ws"}://127.0.0.1:0/`;
    await using listener = await listenWebSocket(ledger.server, address, secure ? { tls: own } : {});
    await using proxy = await roughProxy(Number(new URL(listener.address).port), { seed: 3, cuts });
    const tls = secure ? { tls: { ca: authority.cert } } : {};
    const open = () => connectWebSocket(`${scheme}://127.0.0.1:${proxy.port}/`, tls);
    await crossRoughNetwork({ ledger, proxy, connect: open, codes, during: 2000, timeout: 5000, seed: 3 });
  });
}
