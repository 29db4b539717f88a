import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { http2 } from "../testing/http-harness.ts";

transportCompliance(http2);
plainProtocolTests(http2);
