/** Measures one transport: `contestant.ts <transport> [--smoke]`, the latter for a moment, to see that it works. */
import { openTransport } from "./open-transport.ts";
import { transportOf } from "./transports.ts";
import { measureTransport } from "./workload.ts";

const [name = "", smoke] = process.argv.slice(2);
const times = smoke === "--smoke" ? { warmup: 0.02, measured: 0.05 } : { warmup: 0.8, measured: 1.6 };
await using open = await openTransport(transportOf(name).name);
const { many, ...rest } = await measureTransport(open.transport, times);
console.log(JSON.stringify({ value: many, ...rest }));
