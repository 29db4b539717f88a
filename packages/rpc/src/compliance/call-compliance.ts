import { describe } from "node:test";
import { commonCallTests } from "./call-tests.ts";
import { commonFlowTests } from "./flow-tests.ts";
import type { Harness } from "./harness.ts";

/**
 * What calls, streams and futures between our own two sides come to, for transports that have no byte stream on which a
 * peer could be played by hand: lists C and D as far as they are the same everywhere.
 */
export function callCompliance(harness: Harness): void {
  describe(`calls over ${harness.name}`, () => {
    commonCallTests(harness);
    commonFlowTests(harness);
  });
}
