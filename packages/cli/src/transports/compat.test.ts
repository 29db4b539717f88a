import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect, listen } from "@witwire/node";
import { createClient, createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { guestWit, workerBytes } from "../../../host/src/testing/guests.ts";
import { ServingProcess } from "../testing/cli-process.ts";
import { runWith } from "../testing/run-with.ts";
import { UsageError } from "../usage-error.ts";
import { takeCompat } from "./compat.ts";

const GUARD = { timeout: 60_000 };
const signsWit = "package test:signs; interface signs { twice: func(sign: char) -> string; }";

test("compat is read from the parameters of an address, wherever it stands", () => {
  const read = {
    "wrpc+tcp://[::1]:7761?compat=go": "wrpc+tcp://[::1]:7761",
    "wrpc+unix:///run/app.sock?compat=go": "wrpc+unix:///run/app.sock",
    "http://host/rpc?compat=go": "http://host/rpc",
    "wrpc+nats://host/shop?group=shops&compat=go": "wrpc+nats://host/shop?group=shops",
    "wrpc+nats://host/shop?compat=go&group=shops": "wrpc+nats://host/shop?group=shops",
  };
  for (const [written, address] of Object.entries(read)) {
    assert.deepEqual(takeCompat(written), { address, compat: "go" });
    assert.deepEqual(takeCompat(address), { address, compat: undefined });
  }
  const command = "exec:peer ?compat=go";
  assert.deepEqual(takeCompat(command), { address: command, compat: undefined });
});

test("a compat that there is not, and one where no plain wRPC is spoken, are refused with the way out", () => {
  const refused = (message: RegExp) => (error: unknown) => error instanceof UsageError && message.test(error.message);
  assert.throws(() => takeCompat("wrpc+tcp://[::1]:7761?compat=rust"), refused(/one compat, which is go/));
  assert.throws(() => takeCompat("wrpc+tcp://[::1]:7761?compat=go&compat=go"), refused(/one compat/));
  assert.throws(
    () => takeCompat("tcp://[::1]:7761?compat=go"),
    refused(/should be wrpc\+tcp:\/\/\[::1\]:7761\?compat=go/),
  );
});

test("calls go out as peers in Go read them", GUARD, async () => {
  const folder = await mkdtemp(join(tmpdir(), "witwire-compat-"));
  const server = createServer({ compat: "go" });
  server.serve(findInterface(parseWit(signsWit), "signs"), { twice: (sign: string) => sign + sign });
  await using listener = await listen(server, "wrpc+tcp://[::1]:0");
  const wit = join(folder, "signs.wit");
  await writeFile(wit, signsWit);
  const call = (address: string) => runWith(["call", address, "signs.twice('⚑')", "--wit", wit]);
  assert.deepEqual(await call(`${listener.address}?compat=go`), { code: 0, out: '"⚑⚑"\n', error: "" });
  // As other peers have it, the char has three bytes, of which Go takes the first ones for its number.
  assert.notEqual((await call(listener.address)).code, 0);
  const wrong = await call(`${listener.address}?compat=no`);
  assert.equal(wrong.code, 2);
  assert.match(wrong.error, /there is one compat, which is go/);
  await server.close({ grace: 0 });
  await rm(folder, { recursive: true });
});

test(
  "a component is served to peers in Go on an address of their own, and calls those that it imports",
  GUARD,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "witwire-compat-"));
    const worker = join(folder, "worker.wasm");
    await writeFile(worker, await workerBytes());
    const long = "x".repeat(1500);
    const backend = createServer({ compat: "go", onFailure: () => {} });
    const contract = parseWit(guestWit);
    backend.serve(findInterface(contract, "backend"), { ask: (text: string) => text, try: (a: number) => a });
    await using behind = await listen(backend, "wrpc+tcp://[::1]:0");
    const args = ["--listen", "tcp://[::1]:0", "--listen", "wrpc+tcp://[::1]:0?compat=go"];
    await using serving = await ServingProcess.start(2, worker, ...args, "--import", `${behind.address}?compat=go`);
    const [forAll, forGo] = serving.addresses as [string, string];
    assert.ok(forGo.startsWith("wrpc+tcp://"));
    assert.ok(
      !serving.lines.some((line) => line.includes(`on ${forGo.replace("wrpc+", "")}`)),
      "Go peers have no sessions",
    );
    const work = findInterface(contract, "work");
    const ours = connect(forAll);
    const theirs = connect(forGo, { compat: "go" });
    assert.equal(await createClient(work, ours).echo?.(long), long);
    assert.equal(await createClient(work, theirs).echo?.("short"), "short");
    assert.equal(await createClient(work, theirs).ask?.("through"), "through");
    // Such an answer is more than a frame to a Go peer may carry, so the server breaks the call off.
    const plain = connect(forGo);
    await assert.rejects(createClient(work, plain).echo?.(long) as Promise<unknown>);
    await Promise.all([ours.close(), theirs.close(), plain.close()]);
    await backend.close({ grace: 0 });
    await rm(folder, { recursive: true });
  },
);
