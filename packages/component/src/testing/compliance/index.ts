import { allocationCompliance } from "./allocation.ts";
import { badInputCompliance } from "./bad-input.ts";
import { concurrencyCompliance } from "./concurrency.ts";
import type { Engine } from "./engine.ts";
import { failureCompliance } from "./failures.ts";
import { identityCompliance } from "./identity.ts";
import { memoryCompliance } from "./memory.ts";
import { mixtureCompliance } from "./mixture.ts";
import { nameCompliance } from "./names.ts";
import { quickJsCompliance } from "./quickjs.ts";
import { resourceLinkCompliance } from "./resource-links.ts";
import { resourceMisuseCompliance } from "./resource-misuse.ts";
import { resourceCompliance } from "./resources.ts";
import { stringCompliance } from "./strings.ts";
import { suspensionCompliance } from "./suspension.ts";
import { trapCompliance } from "./traps.ts";

export type { Engine } from "./engine.ts";

/** All that an engine has to do, whichever thread it runs its guests in. */
export function engineCompliance(engine: Engine): void {
  identityCompliance(engine);
  memoryCompliance(engine);
  stringCompliance(engine);
  trapCompliance(engine);
  allocationCompliance(engine);
  nameCompliance(engine);
  resourceCompliance(engine);
  resourceLinkCompliance(engine);
  resourceMisuseCompliance(engine);
  concurrencyCompliance(engine);
  failureCompliance(engine);
  mixtureCompliance(engine);
  suspensionCompliance(engine);
  quickJsCompliance(engine);
  badInputCompliance(engine);
}
