import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { tls } from "../testing/tls-harness.ts";

transportCompliance(tls);
plainProtocolTests(tls);
