import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { tcp } from "./testing/socket-harness.ts";

transportCompliance(tcp);
plainProtocolTests(tcp);
