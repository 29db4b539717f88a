import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { https1 } from "../testing/http-harness.ts";

transportCompliance(https1);
plainProtocolTests(https1);
