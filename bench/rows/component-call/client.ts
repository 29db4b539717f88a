/** `client.ts <calls in flight> <fresh|reuse>`: a component whose import is the other component. */
import { join } from "node:path";
import { hostComponent } from "@witwire/host";
import { connect } from "@witwire/node";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import type { GreeterClient } from "../plain-call/generated/bench/calls/greeter.ts";
import { loopOptions } from "../plain-call/loop-options.ts";
import { greeting, name } from "../plain-call/payload.ts";
import { clientGuest } from "./guests.ts";
import { reuseOf } from "./reuse.ts";

const mode = process.argv[3] ?? "";
await using server = await startServer(join(import.meta.dirname, "server.ts"), [mode]);
const transport = connect(server.address);
await using host = hostComponent(await clientGuest(), { remote: { transport }, reuse: reuseOf(mode) });
const caller = host.exports["bench:calls/caller@0.1.0"] as Pick<GreeterClient, "greet">;
printResult(await closedLoop(call, loopOptions()));
await transport.close();

async function call(): Promise<void> {
  const answer = await caller.greet(name);
  if (answer !== greeting) throw new Error(`the answer was ${JSON.stringify(answer)}`);
}
