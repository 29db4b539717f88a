import { plainProtocolTests } from "@witwire/rpc/compliance";
import { unix } from "./testing/socket-harness.ts";

plainProtocolTests(unix);
