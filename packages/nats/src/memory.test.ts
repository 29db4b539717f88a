import { callCompliance, transportCompliance } from "@witwire/rpc/compliance";
import { natsHarness, type Scheme } from "./testing/harness.ts";
import { MemoryBroker } from "./testing/memory-broker.ts";

for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
  const harness = natsHarness(`${scheme} in memory`, scheme, async () => new MemoryBroker().connect());
  transportCompliance(harness);
  callCompliance(harness);
}
