/** A job that reports how far it is, and stops when its caller cancels, or has no more time. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect, type Listener, listen } from "@witwire/node";
import { createClient, createServer, type Server, type SessionTransport } from "@witwire/rpc";
import { type JobsClient, jobs } from "./generated/witwire-examples/jobs/jobs.ts";
import { JobRunner } from "./jobs.ts";

const FOR_EVER = 1_000_000;

let runner: JobRunner;
let server: Server;
let listener: Listener;
let transport: SessionTransport;
let client: JobsClient;

before(async () => {
  runner = new JobRunner();
  server = createServer({ onFailure: () => {} });
  server.serve(jobs, runner);
  listener = await listen(server, "tcp://[::1]:0");
  transport = connect(listener.address as `tcp://${string}`);
  client = createClient(jobs, transport);
});

afterEach(async () => {
  await idle();
  runner.ends.length = 0;
});

after(async () => {
  await transport.close();
  await listener.close();
  await server.close();
  assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
});

/** Nothing is left of the calls, on the server neither. */
async function idle(): Promise<void> {
  while (runner.running > 0 || server.stats().calls > 0) await new Promise((resolve) => setImmediate(resolve));
}

test("a job that is waited for tells each of its steps", async () => {
  const progress = await Array.fromAsync(await client.run(5));
  assert.deepEqual(
    progress.map(({ done, total }) => `${done}/${total}`),
    ["1/5", "2/5", "3/5", "4/5", "5/5"],
  );
  assert.deepEqual(runner.ends, ["done"]);
  await assert.rejects(client.run(0), { payload: "nothing-to-do" });
});

test("a job whose caller cancels stops, and the caller's stream fails", async () => {
  const controller = new AbortController();
  const progress = await client.run(FOR_EVER, { signal: controller.signal });
  await assert.rejects(
    async () => {
      for await (const { done } of progress) if (done === 3) controller.abort();
    },
    { code: "cancelled" },
  );
  await idle();
  assert.deepEqual(runner.ends, ["cancelled"]);
});

test("a job whose caller leaves the stream stops without a failure", async () => {
  for await (const { done } of await client.run(FOR_EVER)) if (done === 3) break;
  await idle();
  assert.deepEqual(runner.ends, []);
});

test("a job that takes longer than its caller allows stops", async () => {
  await assert.rejects(async () => Array.fromAsync(await client.run(FOR_EVER, { timeout: 100 })), {
    code: "deadline-exceeded",
  });
  await idle();
  assert.deepEqual(runner.ends, ["deadline-exceeded"]);
});

test("the generated folder is what `witwire bindgen` writes", async () => {
  const witwire = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
  const [wit, out] = ["wit", "generated"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  await promisify(execFile)(process.execPath, [witwire, "bindgen", `${wit}`, "--out", `${out}`, "--check"]);
});
