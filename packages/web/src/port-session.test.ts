import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { portSession } from "./testing/port-harness.ts";

transportCompliance(portSession);
sessionProtocolTests(portSession);
