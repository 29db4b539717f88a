/** Both protocols over a real NATS server. Run by `npm run test:nats`, apart from the other tests, because it needs one. */
import { after } from "node:test";
import { resolveLimits } from "@witwire/rpc";
import { callCompliance, transportCompliance } from "@witwire/rpc/compliance";
import { dialNats } from "./nats-broker.ts";
import { natsHarness, type Scheme } from "./testing/harness.ts";
import { startNatsServer } from "./testing/nats-server.ts";

for (const [what, maxPayload] of [
  ["", undefined],
  [" in messages of 1 KiB", 1024],
] as const) {
  const nats = await startNatsServer(maxPayload === undefined ? {} : { maxPayload });
  after(() => nats.kill());
  for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
    const harness = natsHarness(`${scheme}${what}`, scheme, () => dialNats([nats.host], resolveLimits()));
    transportCompliance(harness);
    callCompliance(harness);
  }
}
