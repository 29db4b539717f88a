import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainStreamPairs } from "./testing/stream-pair-harness.ts";

transportCompliance(plainStreamPairs);
plainProtocolTests(plainStreamPairs);
