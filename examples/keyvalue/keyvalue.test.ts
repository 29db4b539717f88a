/**
 * One contract, `wasi:keyvalue`, three ways: two implementations, called over TCP, and given to a component that counts
 * visits, in its process and at a server.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Component, compile } from "@witwire/component";
import { hostComponent } from "@witwire/host";
import { connect, listen, readWit } from "@witwire/node";
import { createClient, createServer, type InvocationTransport, type Server } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";
import { printWit } from "@witwire/wit/text";
import { buildWasiQuickJs } from "../../packages/component/src/testing/guest-builder.ts";
import { createFileStore } from "./file-store.ts";
import type { VisitorExports, VisitorImports } from "./generated/examples/visits/visitor.ts";
import { visits } from "./generated/examples/visits/visits.ts";
import { type StoreHandler, store } from "./generated/wasi/keyvalue/store.ts";
import { createMemoryStore } from "./memory-store.ts";

const folderOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let folder = "";
let component: Component;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "witwire-keyvalue-"));
  const wit = printWit(await readWit(folderOf("wit")));
  const source = await readFile(folderOf("guest/visitor.ts"), "utf8");
  component = await compile(await buildWasiQuickJs(wit, "visitor", source));
});

after(() => rm(folder, { recursive: true }));

const stores: [string, () => StoreHandler][] = [
  ["in memory", () => createMemoryStore(["visits", "a/../b"])],
  ["in files", () => createFileStore(join(folder, "store"))],
];

for (const [name, create] of stores) {
  describe(`a store ${name}`, () => {
    test("answers calls over TCP", () =>
      serving(create(), async (transport) => {
        const bucket = await createClient(store, transport).open("a/../b");
        assert.equal(await bucket.get("none"), undefined);
        for (const key of ["..", "/etc/passwd", "ä~", "", "x"]) await bucket.set(key, Uint8Array.of(key.length));
        await bucket.set("x", [7, 8]);
        assert.deepEqual(await bucket.get("x"), Uint8Array.of(7, 8));
        assert.deepEqual(await bucket.get(""), Uint8Array.of(0));
        await bucket.delete("..");
        await bucket.delete("..");
        assert.equal(await bucket.exists(".."), false);
        const { keys, cursor } = await bucket.listKeys();
        assert.deepEqual([keys, cursor], [["", "/etc/passwd", "x", "ä~"], undefined]);
        for (const key of keys) await bucket.delete(key);
      }));

    test("lists many keys page by page", () =>
      serving(create(), async (transport) => {
        const bucket = await createClient(store, transport).open("visits");
        const all = Array.from({ length: 250 }, (_, index) => `key ${String(index).padStart(3, "0")}`);
        await Promise.all(all.map((key) => bucket.set(key, [])));
        const found: string[] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await bucket.listKeys(cursor);
          found.push(...page.keys);
          cursor = page.cursor;
          if (cursor === undefined) break;
        }
        assert.deepEqual(found, all);
        await Promise.all(all.map((key) => bucket.delete(key)));
      }));

    test("is linked to a component in its process", async () => {
      using instance = await component.instantiate<VisitorExports, VisitorImports>({
        ...createWasi().imports,
        "wasi:keyvalue/store@0.2.0-draft2": create(),
      });
      const counter = instance.exports["examples:visits/visits@0.1.0"];
      assert.deepEqual([await counter.count("linked"), await counter.count("linked")], [1, 2]);
      assert.deepEqual(await counter.pages(), ["linked"]);
    });

    test("is called by a component at a server, which is called over TCP itself", () =>
      serving(create(), async (remote) => {
        await using host = hostComponent(component, { perInstance: () => createWasi(), remote: { transport: remote } });
        const server = createServer();
        host.serve(server);
        await listening(server, async (transport) => {
          const counter = createClient(visits, transport);
          assert.deepEqual([await counter.count("remote"), await counter.count("remote")], [1, 2]);
          assert.ok((await counter.pages()).includes("remote"));
        });
      }));
  });
}

test("what the store refuses, the component's caller is told in words", async () => {
  using instance = await component.instantiate<VisitorExports, VisitorImports>({
    ...createWasi().imports,
    "wasi:keyvalue/store@0.2.0-draft2": createMemoryStore([]),
  });
  const counter = instance.exports["examples:visits/visits@0.1.0"].$tagged;
  assert.deepEqual(await counter.count("x"), { tag: "err", val: "no-such-store" });
});

test("a store in files says what the file system says", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  await serving(createFileStore(file), async (transport) => {
    const opened = await createClient(store, transport).$tagged.open("visits");
    assert.deepEqual(opened, { tag: "err", val: { tag: "other", val: "ENOTDIR" } });
  });
});

test("generated/ is up to date", async () => {
  const witwire = folderOf("../../packages/cli/src/main.ts");
  const args = ["bindgen", folderOf("wit"), "--world", "visitor", "--guest", "--out", folderOf("generated"), "--check"];
  await promisify(execFile)(process.execPath, [witwire, ...args]);
});

/** Serves a store over TCP while `use` calls it. */
function serving(handler: StoreHandler, use: (transport: InvocationTransport) => Promise<void>): Promise<void> {
  const server = createServer();
  server.serve(store, handler);
  return listening(server, use);
}

async function listening(server: Server, use: (transport: InvocationTransport) => Promise<void>): Promise<void> {
  const listener = await listen(server, "wrpc+tcp://[::1]:0");
  const transport = connect(listener.address);
  try {
    await use(transport);
  } finally {
    await transport.close();
    await listener.close();
    await server.close({ grace: 0 });
  }
}
