/** A component reads an `input-stream` of `wasi:io`; its callers send a `stream<u8>`. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compile } from "@witwire/component";
import { type ComponentHost, hostComponent } from "@witwire/host";
import { connect, type Listener, listen, readWit } from "@witwire/node";
import { createClient, createServer, type InvocationTransport } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";
import { printWit } from "@witwire/wit/text";
import { buildWasiQuickJs } from "../../packages/component/src/testing/guest-builder.ts";
import { type CounterClient, counter } from "./generated/wrpc-examples/streams-io/counter.ts";

const folderOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const MiB = 1_048_576;

let host: ComponentHost;
let listener: Listener;
let transport: InvocationTransport;
let client: CounterClient;

before(async () => {
  const wit = printWit(await readWit(folderOf("guest/wit")));
  const source = await readFile(folderOf("guest/server.ts"), "utf8");
  const component = await compile(await buildWasiQuickJs(wit, "server", source));
  host = hostComponent(component, { perInstance: () => createWasi(), maxInstances: 1 });
  const server = createServer();
  host.serve(server);
  listener = await listen(server, "wrpc+tcp://[::1]:0");
  transport = connect(listener.address);
  client = createClient(counter, transport);
});

after(async () => {
  await transport.close();
  await listener.close();
  await host[Symbol.asyncDispose]();
});

test("bytes are counted, however they are sent", async () => {
  assert.equal(await client.count([]), 0n);
  assert.equal(await client.count([Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)]), 4n);
  const big = { sent: 0, ended: false };
  assert.equal(await client.count(zeros(big, 2 * MiB)), BigInt(2 * MiB));
  assert.deepEqual(big, { sent: 2 * MiB, ended: true });
});

test("a sender waits for a component that does not read", async () => {
  const waiting = { sent: 0, ended: false };
  let second: Promise<bigint> | undefined;
  let sentBeforeItsTurn = 0;
  async function* first(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    await until(() => host.stats().instances === 1);
    // There is one instance, and it reads this stream; the other fills no more than the buffers between.
    second = client.count(zeros(waiting, 64 * MiB));
    await until(() => waiting.sent > 0);
    yield* zeros({ sent: 0, ended: false }, 32 * MiB);
    sentBeforeItsTurn = waiting.sent;
  }
  assert.equal(await client.count(first()), BigInt(32 * MiB + 10));
  assert.ok(sentBeforeItsTurn < 32 * MiB);
  assert.equal(await second, BigInt(64 * MiB));
});

test("an answer need not wait for the end of the stream", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  async function* text(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("one line\n");
    await answered;
    yield new TextEncoder().encode("another");
  }
  assert.equal(await client.firstLine(text()), 8n);
  answer();
  await until(() => host.stats().instances === 0);
});

test("a stream that breaks is no stream that ends", async () => {
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error("the disk is gone");
  }
  await assert.rejects(client.count(breaking()), /the disk is gone/);
  await until(() => host.stats().instances === 0);
  assert.equal(await client.count([new Uint8Array(10)]), 10n);
});

test("generated/ is up to date", async () => {
  const check = (...args: string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [folderOf("../../packages/cli/src/main.ts"), "bindgen", ...args, "--check"]);
  await check(folderOf("wit"), "--out", folderOf("generated"));
  await check(folderOf("guest/wit"), "--world", "server", "--guest", "--out", folderOf("guest/generated"));
});

/** Sends so many bytes in chunks of 64 KiB, and keeps account of it. */
async function* zeros(account: { sent: number; ended: boolean }, size: number): AsyncGenerator<Uint8Array> {
  for (; account.sent < size; account.sent += 65_536) yield new Uint8Array(65_536);
  account.ended = true;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
