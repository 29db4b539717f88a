/** Callbacks: clients hand resources of their own to the server, which calls them. One connection each way. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect, listen, type Listener as SocketListener } from "@witwire/node";
import { createClient, createServer, type InvocationTransport, type Server } from "@witwire/rpc";
import type { ListenerHandler, Message } from "./generated/witwire-examples/chat/member.ts";
import { room, type Seat } from "./generated/witwire-examples/chat/room.ts";
import { createRoom } from "./room.ts";

let server: Server;
let listener: SocketListener;

before(async () => {
  server = createServer();
  server.serve(room, createRoom(3));
  listener = await listen(server, "tcp://[::1]:0");
});

after(async () => {
  await listener.close();
  await server.close({ grace: 0 });
});

/** Hears what is said, and can be asked to wait for it. */
class Ears implements ListenerHandler {
  readonly heard: string[] = [];
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  readonly receive = ({ sender, text }: Message): void => {
    this.heard.push(`${sender}: ${text}`);
    if (this.heard.length >= (this.#awaited?.count ?? Number.POSITIVE_INFINITY)) this.#awaited?.resolve();
  };

  /** Resolves once a number of messages have come. */
  async until(count: number): Promise<void> {
    if (this.heard.length < count) await new Promise<void>((resolve) => (this.#awaited = { count, resolve }));
  }
}

async function enter(name: string): Promise<{ ears: Ears; seat: Seat; transport: InvocationTransport }> {
  const transport = connect(listener.address);
  const ears = new Ears();
  return { ears, seat: await createClient(room, transport).join(name, ears), transport };
}

test("what one says, all hear; who leaves, or is lost, hears no more", async () => {
  const ada = await enter("ada");
  const ben = await enter("ben");
  const cleo = await enter("cleo");
  await ada.seat.say("hello");
  await ben.seat.say("hello, ada");
  for (const { ears } of [ada, ben, cleo]) assert.deepEqual(ears.heard, ["ada: hello", "ben: hello, ada"]);

  // One leaves by its own will, one with its connection.
  ben.seat[Symbol.dispose]();
  await cleo.transport.close({ force: true });
  while ((await ada.seat.members()).length > 1) await new Promise((resolve) => setImmediate(resolve));
  await ada.seat.say("is anybody there?");
  assert.equal(ada.ears.heard.length, 3);
  assert.equal(ben.ears.heard.length, 2);

  ada.seat[Symbol.dispose]();
  for (const { transport } of [ada, ben]) await transport.close();
  assert.equal(server.stats().handles, 0);
});

test("refusals are errors with a type", async () => {
  const ada = await enter("ada");
  await assert.rejects(enter("ada"), { payload: "name-taken" });
  await ada.transport.close({ force: true });
});

test("examples/chat/generated is what `witwire bindgen examples/chat/wit --out examples/chat/generated` writes", async () => {
  const witwire = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
  const [wit, out] = ["wit", "generated"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  await promisify(execFile)(process.execPath, [witwire, "bindgen", `${wit}`, "--out", `${out}`, "--check"]);
});
