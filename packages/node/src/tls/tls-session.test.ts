import { sessionProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { tlsSession } from "../testing/tls-harness.ts";

transportCompliance(tlsSession);
sessionProtocolTests(tlsSession);
