import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { unix } from "./testing/socket-harness.ts";

transportCompliance(unix);
plainProtocolTests(unix);
