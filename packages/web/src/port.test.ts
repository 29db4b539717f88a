import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainPorts } from "./testing/port-harness.ts";

transportCompliance(plainPorts);
plainProtocolTests(plainPorts);
