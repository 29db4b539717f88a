/** A file goes up while its progress comes down: streams both ways in one call, and a sender that is held back. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect, listen } from "@witwire/node";
import { createClient, createServer } from "@witwire/rpc";
import { createFileStore, type FileStoreOptions } from "./file-store.ts";
import { type FilesClient, files } from "./generated/witwire-examples/upload/files.ts";

const MIB = 1024 * 1024;
const SIZE = 16 * MIB;

let folder = "";
let source = "";
let sha256 = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "witwire-upload-"));
  source = join(folder, "source");
  const content = new Uint8Array(SIZE).map((_, at) => (at * 7) % 251);
  sha256 = createHash("sha256").update(content).digest("hex");
  await writeFile(source, content);
});

after(() => rm(folder, { recursive: true }));

test("a file goes up, its progress comes down, and the outcome says what was stored", () =>
  serving({ maxBytes: BigInt(SIZE) }, async (client, store) => {
    const { progress, outcome } = await client.store(createReadStream(source));
    let last = 0n;
    for await (const written of progress) {
      assert.ok(written > last);
      last = written;
    }
    assert.deepEqual(await outcome, { tag: "ok", val: { size: BigInt(SIZE), sha256 } });
    assert.equal(last, BigInt(SIZE));
    assert.deepEqual(await readdir(store), [sha256]);
    assert.ok((await readFile(join(store, sha256))).equals(await readFile(source)));
  }));

test("a store that does not write holds the sender back", async () => {
  const gate = Promise.withResolvers<void>();
  await serving({ maxBytes: BigInt(SIZE), turn: () => gate.promise }, async (client) => {
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of createReadStream(source)) {
        read += chunk.length;
        yield chunk;
      }
    }
    const { progress, outcome } = await client.store(counted());
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(read < 2 * MIB, `${read} bytes were read, although none was written`);
    gate.resolve();
    for await (const _ of progress);
    assert.equal((await outcome).tag, "ok");
    assert.equal(read, SIZE);
  });
});

test("a file that is too large is refused before all of it was sent, and leaves nothing", () =>
  serving({ maxBytes: BigInt(MIB) }, async (client, store) => {
    const file = createReadStream(source);
    const { progress, outcome } = await client.store(file);
    for await (const written of progress) assert.ok(written <= MIB);
    assert.deepEqual(await outcome, { tag: "err", val: { tag: "too-large", val: BigInt(MIB) } });
    assert.ok(file.bytesRead < SIZE);
    assert.deepEqual(await readdir(store), []);
  }));

test("an upload that is cancelled on the way leaves nothing", () =>
  serving({ maxBytes: BigInt(SIZE) }, async (client, store) => {
    const controller = new AbortController();
    const { progress, outcome } = await client.store(createReadStream(source), { signal: controller.signal });
    outcome.catch(() => {});
    await assert.rejects(
      async () => {
        for await (const _ of progress) controller.abort();
      },
      { code: "cancelled" },
    );
    await assert.rejects(outcome, { code: "cancelled" });
    while ((await readdir(store)).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }));

async function serving(
  options: FileStoreOptions,
  use: (client: FilesClient, store: string) => Promise<void>,
): Promise<void> {
  const store = await mkdtemp(join(folder, "store-"));
  const server = createServer({ onFailure: () => {} });
  server.serve(files, createFileStore(store, options));
  await using listener = await listen(server, "tcp://[::1]:0");
  const transport = connect(listener.address);
  await use(createClient(files, transport), store);
  await transport.close();
  await server.close();
  assert.equal(server.stats().calls, 0);
}

test("the generated folder is what `witwire bindgen` writes", async () => {
  const witwire = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
  const [wit, out] = ["wit", "generated"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  await promisify(execFile)(process.execPath, [witwire, "bindgen", `${wit}`, "--out", `${out}`, "--check"]);
});
