import { join } from "node:path";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { directory } from "./generated/bench/session/directory.ts";
import { loopOptions } from "./loop-options.ts";
import { isEcho, person } from "./person.ts";

await using server = await startServer(join(import.meta.dirname, "ours-server.ts"));
const transport = connect(server.address);
const client = createClient(directory, transport);
printResult(await closedLoop(call, loopOptions()));
await transport.close();

async function call(): Promise<void> {
  const echoed = await client.echo(person);
  if (!isEcho(echoed)) throw new Error(`the answer was ${JSON.stringify(echoed)}`);
}
