import { join } from "node:path";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { greeter } from "./generated/bench/calls/greeter.ts";
import { loopOptions } from "./loop-options.ts";
import { greeting, name } from "./payload.ts";

await using server = await startServer(join(import.meta.dirname, "ours-server.ts"));
const transport = connect(server.address);
const client = createClient(greeter, transport);
printResult(await closedLoop(call, loopOptions()));
await transport.close();

async function call(): Promise<void> {
  const answer = await client.greet(name);
  if (answer !== greeting) throw new Error(`the answer was ${JSON.stringify(answer)}`);
}
