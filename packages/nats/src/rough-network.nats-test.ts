/** Calls over a network that delays, splits, stalls and cuts, on the way to NATS. Run by `npm run test:nats`. */
import { test } from "node:test";
import { crossRoughNetwork, openLedger } from "../../node/src/testing/rough-crossing.ts";
import { roughProxy } from "../../node/src/testing/rough-proxy.ts";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { startNatsServer } from "./testing/nats-server.ts";

const GUARD = { timeout: 60_000 };

for (const scheme of ["nats", "wrpc+nats"]) {
  test(`${scheme} over a bad network loses nothing unsaid, and recovers`, GUARD, async () => {
    await using nats = await startNatsServer();
    await using proxy = await roughProxy(nats.port, { seed: 4, cuts: 0.01 });
    const address = `${scheme}://127.0.0.1:${proxy.port}/rough`;
    await using ledger = openLedger();
    await listen(ledger.server, address, { onError: () => {} });
    const codes = ["unavailable", "deadline-exceeded", "unknown"];
    // Nobody tells a server of plain wRPC that the connection of a caller is lost.
    const forgets = scheme === "wrpc+nats";
    // Plain wRPC does not notice what is lost, and waits for it as long as it may.
    const timing = { during: 2500, timeout: 1500 };
    await crossRoughNetwork({ ledger, proxy, connect: () => connect(address), codes, forgets, seed: 4, ...timing });
  });
}
