/** `http-client.ts <ours|node> <calls in flight>`: requests over connections that stay open. */
import { Agent, request } from "node:http";
import { join } from "node:path";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";

const [who, inFlight] = process.argv.slice(2);
const concurrency = Number(inFlight);
const body = Buffer.alloc(1024, "x");

await using server = await startServer(join(import.meta.dirname, `http-${who}-server.ts`));
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const options = { agent, host: "127.0.0.1", port: Number(server.address), method: "POST" };
printResult(await closedLoop(echo, { calls: 6000, warmup: 6000, concurrency }));
agent.destroy();

function echo(): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200 && Buffer.concat(chunks).equals(body)) resolve();
        else reject(new Error(`the answer was ${response.statusCode} with ${Buffer.concat(chunks).length} bytes`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
