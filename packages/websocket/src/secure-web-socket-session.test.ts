import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { secureWebSocketSession } from "./testing/web-socket-harness.ts";

transportCompliance(secureWebSocketSession);
sessionProtocolTests(secureWebSocketSession);
