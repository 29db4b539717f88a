import { sessionProtocolTests, transportCompliance } from "../compliance/index.ts";
import { createSessionTransport } from "./session-transport.ts";
import { memoryHarness } from "./testing/memory-harness.ts";

const memory = memoryHarness("memory", createSessionTransport);

transportCompliance(memory);
sessionProtocolTests(memory);
