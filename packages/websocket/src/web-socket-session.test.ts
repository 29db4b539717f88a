import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { webSocketSession } from "./testing/web-socket-harness.ts";

transportCompliance(webSocketSession);
sessionProtocolTests(webSocketSession);
