import { plainProtocolTests, transportCompliance } from "@witwire/rpc/compliance";
import { https2 } from "../testing/http-harness.ts";

transportCompliance(https2);
plainProtocolTests(https2);
