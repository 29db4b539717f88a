import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallOptions, Stream } from "@witwire/wit/values";

export interface Held {
  ping(options?: CallOptions): number;
  wait(options?: CallOptions): number;
  stream(options?: CallOptions): Stream<number>;
}

/** Calls and streams that last until their caller goes. */
export const held: ContractRef = findInterface(
  parseWit(`
    package bench:memory@0.1.0;
    interface held {
      ping: func() -> u32;
      wait: func() -> u32;
      %stream: func() -> stream<u32>;
    }
  `),
  "held",
);

/** Room for all that is opened, and time for it to be measured. */
export const roomy = {
  maxConnections: 100_000,
  maxInvocations: 100_000,
  maxCalls: 100_000,
  headerTimeout: 3_600_000,
  callTimeout: 3_600_000,
} as const;
