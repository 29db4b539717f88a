/**
 * Measures one pair: `contestant.ts <client> <server> <calls in flight>`, where client and server are `ours` or `rust`.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { startPeer } from "../../../interop/peers/peer-process.ts";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { greeter } from "../plain-call/generated/bench/calls/greeter.ts";
import { greeting, name } from "../plain-call/payload.ts";
import { program } from "./program.ts";

const [client, server, inFlight] = process.argv.slice(2);
/** As in `plain-call`: every connection leaves a port behind that the system takes a minute to give out again. */
const options = { calls: 4000, warmup: 4000, concurrency: Number(inFlight) };

await using running = server === "rust" ? await startPeer(program, "tcp://127.0.0.1:0") : await startOurs();
const address = running.address.replace(/^wrpc\+/, "");
await (client === "rust" ? callWithRust(address) : callWithOurs(`wrpc+${address}`));

function startOurs(): ReturnType<typeof startServer> {
  return startServer(join(import.meta.dirname, "..", "plain-call", "ours-server.ts"));
}

async function callWithRust(to: string): Promise<void> {
  const { calls, warmup, concurrency } = options;
  const args = ["bench", to, calls, warmup, concurrency].map(String);
  const { stdout } = await promisify(execFile)(program, args);
  process.stdout.write(stdout);
}

async function callWithOurs(to: string): Promise<void> {
  const transport = connect(to);
  const { greet } = createClient(greeter, transport);
  const call = async (): Promise<void> => {
    const answer = await greet(name);
    if (answer !== greeting) throw new Error(`the answer was ${JSON.stringify(answer)}`);
  };
  printResult(await closedLoop(call, options));
  await transport.close();
}
