import { describe } from "node:test";
import { commonCallTests } from "../call-tests.ts";
import { commonFlowTests } from "../flow-tests.ts";
import type { Harness } from "../harness.ts";
import { callTests } from "./call-tests.ts";
import { connectionTests } from "./connection-tests.ts";
import { creditTests } from "./credit-tests.ts";
import { handleTests } from "./handle-tests.ts";
import { hostileTests } from "./hostile-tests.ts";
import { pipeliningTests } from "./pipelining-tests.ts";
import { resourceTests } from "./resource-tests.ts";

/**
 * The session over any byte stream: what calls between our own two sides do, and frame by frame what each side does with
 * a peer that is played by hand. The harness has to connect by sessions.
 */
export function sessionProtocolTests(harness: Harness): void {
  describe(`the session over ${harness.name}`, () => {
    commonCallTests(harness);
    commonFlowTests(harness);
    callTests(harness);
    creditTests(harness);
    connectionTests(harness);
    hostileTests(harness);
    handleTests(harness);
    resourceTests(harness);
    pipeliningTests(harness);
  });
}
