/** Resources live at the server: clients make them, lend them, and name them by handles that mean nothing elsewhere. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect, type Listener, listen } from "@witwire/node";
import { createClient, createServer, type InvocationTransport, type Server } from "@witwire/rpc";
import { implementation } from "./foo.ts";
import { resources } from "./generated/wrpc-examples/resources/resources.ts";

let server: Server;
let listener: Listener;
let transport: InvocationTransport;

before(async () => {
  server = createServer();
  server.serve(resources, implementation);
  listener = await listen(server, "wrpc+tcp://[::1]:0");
  transport = connect(listener.address);
});

after(async () => {
  await transport.close();
  await listener.close();
  await server.close({ grace: 0 });
});

test("a client makes resources, calls their methods, and lends them", async () => {
  const { Foo, bar } = createClient(resources, transport);
  using made = await Foo.new();
  using named = await Foo.foo();
  const names = [await made.bar(), await named.bar()];
  assert.deepEqual(names, ["foo 1", "foo 2"]);
  assert.deepEqual([await bar(made), await bar(named)], names);
  assert.equal(await made.bar(), "foo 1");
});

test("a handle of one client means nothing to another, unless they agree to it", async () => {
  const { Foo } = createClient(resources, transport);
  using foo = await Foo.new();
  const other = connect(listener.address);
  await assert.rejects(createClient(resources, other).bar(foo), /belongs to another peer/);
  assert.equal(await createClient(resources, other, { rawHandles: true }).bar(foo), await foo.bar());
  await other.close();
});

test("generated/ is up to date", async () => {
  const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const args = ["bindgen", folder("wit"), "--out", folder("generated"), "--check"];
  await promisify(execFile)(process.execPath, [folder("../../packages/cli/src/main.ts"), ...args]);
});
