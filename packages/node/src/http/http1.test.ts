import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { http1 } from "../testing/http-harness.ts";

transportCompliance(http1);
plainProtocolTests(http1);
