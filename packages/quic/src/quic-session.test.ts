import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { withQuiche } from "./testing/availability.ts";

await withQuiche(async () => {
  const { quicSession } = await import("./testing/quic-harness.ts");
  transportCompliance(quicSession);
  sessionProtocolTests(quicSession);
});
