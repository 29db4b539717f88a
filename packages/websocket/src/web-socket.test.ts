import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { plainWebSocket } from "./testing/web-socket-harness.ts";

transportCompliance(plainWebSocket);
plainProtocolTests(plainWebSocket);
