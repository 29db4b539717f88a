import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainSecureWebSocket } from "./testing/web-socket-harness.ts";

transportCompliance(plainSecureWebSocket);
plainProtocolTests(plainSecureWebSocket);
