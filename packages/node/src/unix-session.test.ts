import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { unixSession } from "./testing/socket-harness.ts";

transportCompliance(unixSession);
sessionProtocolTests(unixSession);
