import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { parkedStacks } from "./core/kept-stacks.ts";
import { compile } from "./index.ts";
import { concurrencyCompliance } from "./testing/compliance/concurrency.ts";
import { failureCompliance } from "./testing/compliance/failures.ts";
import { identityCompliance } from "./testing/compliance/identity.ts";
import { resourceLinkCompliance } from "./testing/compliance/resource-links.ts";
import { resourceCompliance } from "./testing/compliance/resources.ts";
import { suspensionCompliance } from "./testing/compliance/suspension.ts";
import { holdCalls } from "./testing/held-calls.ts";

describe("on kept stacks", () => {
  let held: Disposable;
  before(async () => {
    held = await holdCalls();
  });
  after(() => {
    held[Symbol.dispose]();
    assert.ok(parkedStacks() > 0, "nothing ran there");
  });

  const engine = { compile };
  identityCompliance(engine);
  suspensionCompliance(engine);
  failureCompliance(engine);
  concurrencyCompliance(engine);
  resourceCompliance(engine);
  resourceLinkCompliance(engine);
});
