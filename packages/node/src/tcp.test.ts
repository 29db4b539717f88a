import { plainProtocolTests } from "@witwire/rpc/compliance";
import { tcp } from "./testing/socket-harness.ts";

plainProtocolTests(tcp);
