import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { serverBytes } from "../../../host/src/testing/guests.ts";
import { loadComponent } from "./load-component.ts";

const never = new AbortController().signal;
let folder: string;
let component: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "witwire-load-"));
  component = join(folder, "server.wasm");
  writeFileSync(component, await serverBytes());
});

after(() => rmSync(folder, { recursive: true }));

/** Answers HTTP while `use` runs. */
async function online<T>(answer: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/server.wasm`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function messageOf(place: string): Promise<string> {
  const error = await loadComponent(place, never).then(
    () => assert.fail(`${place} was loaded`),
    (reason: unknown) => reason,
  );
  assert.equal((error as Error).name, "UsageError");
  return (error as Error).message;
}

describe("loadComponent", () => {
  it("reads paths, and file: and http: URLs", async () => {
    const bytes = await serverBytes();
    const places = [component, pathToFileURL(component).href];
    for (const place of places) assert.ok((await loadComponent(place, never)).exports.has("test:host/handler"));
    const loaded = await online(
      (_, response) => response.end(bytes),
      (url) => loadComponent(url, never),
    );
    assert.ok(loaded.exports.has("test:host/handler"));
  });

  it("says why there is nothing to read", async () => {
    assert.equal(await messageOf(join(folder, "no.wasm")), `${folder}/no.wasm cannot be read: there is no such file`);
    assert.equal(await messageOf(folder), `${folder} cannot be read: it is a folder`);
    assert.match(await messageOf("file://elsewhere/a.wasm"), /^file:\/\/elsewhere\/a\.wasm cannot be read: /);
    assert.equal(
      await messageOf("ftp://localhost/a.wasm"),
      "ftp://localhost/a.wasm cannot be read: it should be a path, or begin with file:, http: or https:",
    );
    assert.match(await messageOf("http://"), /^http:\/\/ cannot be downloaded: .*Invalid URL/);
  });

  it("says why a download failed", async () => {
    const refused = await online(
      (_, response) => response.writeHead(404).end("no"),
      (url) => messageOf(url),
    );
    assert.match(refused, /cannot be downloaded: the server answered 404 Not Found$/);
    const broken = await online((request) => void request.socket.destroy(), messageOf);
    assert.match(broken, /cannot be downloaded: fetch failed: /);
  });

  it("gives up what never ends as soon as it is too large", async () => {
    const limit = "cannot be .*: it is larger than 67108864 bytes, as much as a component may have$";
    if (process.platform !== "win32") assert.match(await messageOf("/dev/zero"), new RegExp(limit));
    const piece = Buffer.alloc(1024 * 1024);
    const endless: RequestListener = (_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once("drain", write);
      };
      write();
    };
    assert.match(await online(endless, messageOf), new RegExp(limit));
  });

  it("ends a download that hangs when it is interrupted", async () => {
    const interrupt = new AbortController();
    const hang: RequestListener = (_, response) => {
      response.writeHead(200).flushHeaders();
      interrupt.abort();
    };
    await online(hang, (url) => assert.rejects(loadComponent(url, interrupt.signal), { name: "AbortError" }));
  });

  it("says what is no component", async () => {
    const files = {
      "core.wasm": Buffer.from("0061736d01000000", "hex"),
      "text.wasm": Buffer.from("hello"),
      "cut.wasm": (await serverBytes()).subarray(0, 100),
    };
    const expected = {
      "core.wasm": /core module.*`wasm-tools component new`/,
      "text.wasm": /not WebAssembly/,
      "cut.wasm": /remain in the file/,
    };
    for (const [name, pattern] of Object.entries(expected)) {
      const file = join(folder, name);
      writeFileSync(file, files[name as keyof typeof files]);
      const message = await messageOf(file);
      assert.ok(message.startsWith(`${file} cannot be run: `), message);
      assert.match(message, pattern);
    }
  });
});
