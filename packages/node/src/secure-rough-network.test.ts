/** Calls inside TLS over a network that delays, splits, stalls and cuts. */
import { test } from "node:test";
import type { Limits } from "@witwire/rpc";
import { type ConnectOptions, connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { makeCertificate } from "./testing/certificate.ts";
import { crossRoughNetwork, openLedger } from "./testing/rough-crossing.ts";
import { type Roughness, roughProxy } from "./testing/rough-proxy.ts";

const GUARD = { timeout: 60_000 };
const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["127.0.0.1"], issuer: authority });

/** Plain wRPC tells no reasons. */
const codes = ["unknown", "unavailable", "deadline-exceeded"];

/** Of HTTP/2 a connection can be lost without a word, inside the process. */
const limits: Partial<Limits> = { keepaliveInterval: 400, keepaliveTimeout: 400 };

const networks: readonly (Pick<ConnectOptions, "http"> & {
  readonly scheme: string;
  readonly how: Omit<Roughness, "seed">;
})[] = [
  { scheme: "tls", how: { cuts: 0.02 } },
  // It takes an end behind the request for what it is; Node does not tell whether TLS was ended as well.
  { scheme: "wrpc+tls", how: { cuts: 0.05, ends: "clients" } },
  { scheme: "https", how: { cuts: 0.02 }, http: { version: "1.1" } },
  { scheme: "https", how: { cuts: 0.02 }, http: { version: "2" } },
];

for (const { scheme, how, ...options } of networks) {
  const name = options.http === undefined ? scheme : `${scheme}, HTTP/${options.http.version},`;
  test(`${name} over a bad network loses nothing unsaid, and recovers`, GUARD, async () => {
    const seed = 5;
    await using ledger = openLedger({ limits });
    await using listener = await listen(ledger.server, `${scheme}://127.0.0.1:0`, { tls: own });
    await using proxy = await roughProxy(Number(new URL(listener.address).port), { seed, ...how });
    const tls = { ca: authority.cert };
    const open = () => connect(`${scheme}://127.0.0.1:${proxy.port}`, { ...options, tls, limits });
    const allowed = scheme === "tls" ? codes.slice(1) : codes;
    await crossRoughNetwork({ ledger, proxy, connect: open, codes: allowed, during: 2000, timeout: 5000, seed });
  });
}
