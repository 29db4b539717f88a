/** The least that Node can do for calls over one connection: length-prefixed JSON, matched by number. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { closedLoop, printResult } from "../../closed-loop.ts";
import { startServer } from "../../server-process.ts";
import { MessageSender, receiveMessages } from "./floor-protocol.ts";
import { loopOptions } from "./loop-options.ts";
import { isEcho, type Person, person } from "./person.ts";

await using server = await startServer(join(import.meta.dirname, "floor-server.ts"));
const socket = createConnection({ host: "127.0.0.1", port: Number(server.address), noDelay: true });
await once(socket, "connect");
const sender = new MessageSender(socket);
const calls = new Map<number, (value: unknown) => void>();
let last = 0;
receiveMessages(socket, (id, value) => {
  const resolve = calls.get(id);
  calls.delete(id);
  resolve?.(value);
});
printResult(await closedLoop(call, loopOptions()));
socket.destroy();

async function call(): Promise<void> {
  const echoed = await new Promise<unknown>((resolve) => {
    calls.set(++last, resolve);
    sender.send(last, person);
  });
  if (!isEcho(echoed as Person)) throw new Error(`the answer was ${JSON.stringify(echoed)}`);
}
