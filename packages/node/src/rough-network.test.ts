/** Calls over a network that delays, splits, stalls and cuts. */
import { test } from "node:test";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { crossRoughNetwork, openLedger } from "./testing/rough-crossing.ts";
import { type Roughness, roughProxy } from "./testing/rough-proxy.ts";

const GUARD = { timeout: 60_000 };

/** Plain wRPC tells no reasons, and takes an end behind the request for what it is. */
const networks: Readonly<Record<string, { readonly codes: readonly string[]; readonly how: Omit<Roughness, "seed"> }>> =
  {
    tcp: { codes: ["unavailable", "deadline-exceeded"], how: { cuts: 0.02 } },
    "wrpc+tcp": { codes: ["unknown", "unavailable", "deadline-exceeded"], how: { cuts: 0.05, ends: "clients" } },
  };

for (const [scheme, { codes, how }] of Object.entries(networks)) {
  for (const seed of [1, 2]) {
    test(`${scheme} over a bad network loses nothing unsaid, and recovers (seed ${seed})`, GUARD, async () => {
      await using ledger = openLedger();
      await using listener = await listen(ledger.server, `${scheme}://127.0.0.1:0`);
      await using proxy = await roughProxy(Number(new URL(listener.address).port), { seed, ...how });
      const open = () => connect(`${scheme}://127.0.0.1:${proxy.port}`);
      await crossRoughNetwork({ ledger, proxy, connect: open, codes, during: 2000, timeout: 5000, seed });
    });
  }
}
