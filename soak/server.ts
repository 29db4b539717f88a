/** A process that serves the soak's interface at the addresses in its arguments, and reports when its parent asks. */
import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { soak } from "./contract.ts";
import { implementation } from "./implementation.ts";
import { measureMemory } from "./memory.ts";
import type { Report } from "./server-process.ts";

let failures = 0;
// Many calls are meant to fail, so they are counted and not logged.
const server = createServer({ onFailure: () => void failures++ });
server.serve(soak, implementation);
const listeners = await Promise.all(process.argv.slice(2).map((address) => listen(server, address)));

process.on("message", async (rounds: number) => {
  const report: Report = { memory: await measureMemory(rounds), stats: server.stats(), failures };
  process.send?.(report);
});
process.on("disconnect", () => process.exit());
process.send?.(listeners.map(({ address }) => address));
