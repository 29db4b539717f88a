import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { standardWebSocketSession } from "./testing/web-socket-harness.ts";

transportCompliance(standardWebSocketSession);
sessionProtocolTests(standardWebSocketSession);
