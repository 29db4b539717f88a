import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { tcpSession } from "./testing/socket-harness.ts";

transportCompliance(tcpSession);
sessionProtocolTests(tcpSession);
