import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { streamPairSession } from "./testing/stream-pair-harness.ts";

transportCompliance(streamPairSession);
sessionProtocolTests(streamPairSession);
