/** `client.ts <calls in flight>`: a component whose import is the other component. */
import { join } from "node:path";
import { hostComponent } from "@witwire/host";
import { connect } from "@witwire/node";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { loopOptions } from "../session-call/loop-options.ts";
import { isEcho, type Person, person } from "../session-call/person.ts";
import { clientGuest } from "./guests.ts";

await using server = await startServer(join(import.meta.dirname, "server.ts"));
const transport = connect(server.address);
await using host = hostComponent(await clientGuest(), { remote: { transport }, reuse: Number.POSITIVE_INFINITY });
const caller = host.exports["bench:session/caller@0.1.0"] as {
  echo(person: Person): Promise<Person>;
};
printResult(await closedLoop(call, loopOptions()));
await transport.close();

async function call(): Promise<void> {
  const echoed = await caller.echo(person);
  if (!isEcho(echoed)) throw new Error(`the answer was ${JSON.stringify(echoed)}`);
}
