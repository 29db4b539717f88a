/** That every transport is opened, and answers right; nothing is measured. Run with `npm run bench:smoke`. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { openTransport } from "./open-transport.ts";
import { transports } from "./transports.ts";
import { measureTransport } from "./workload.ts";

for (const { name, title, missing } of transports) {
  it(`${title} (${name}) echoes calls and bytes`, { skip: missing?.() ?? false }, async () => {
    await using open = await openTransport(name);
    const rates = await measureTransport(open.transport, { warmup: 0.02, measured: 0.05 });
    for (const [what, rate] of Object.entries(rates)) assert.ok(rate > 0, `${what}: ${rate}`);
    await open.transport.close();
    assert.equal(open.transport.stats().invocations, 0);
  });
}
