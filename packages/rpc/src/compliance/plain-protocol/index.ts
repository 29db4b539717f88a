import { describe } from "node:test";
import type { Harness } from "../harness.ts";
import { callTests } from "./call-tests.ts";
import { flowTests } from "./flow-tests.ts";
import { framingTests } from "./framing-tests.ts";
import { resourceTests } from "./resource-tests.ts";

/**
 * Plain wRPC byte for byte, over any byte stream: framing, calls, streams and futures. Peers are played by hand. The tests
 * are named by their numbers in the list that the protocol's documentation keeps.
 */
export function plainProtocolTests(harness: Harness): void {
  describe(`plain wRPC over ${harness.name}`, () => {
    framingTests(harness);
    callTests(harness);
    flowTests(harness);
    resourceTests(harness);
  });
}
