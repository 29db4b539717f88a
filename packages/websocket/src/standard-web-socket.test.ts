import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainStandardWebSocket } from "./testing/web-socket-harness.ts";

transportCompliance(plainStandardWebSocket);
plainProtocolTests(plainStandardWebSocket);
