import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { withQuiche } from "./testing/availability.ts";

await withQuiche(async () => {
  const { quic } = await import("./testing/quic-harness.ts");
  transportCompliance(quic);
  plainProtocolTests(quic);
});
