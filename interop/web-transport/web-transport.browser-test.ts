import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Listener, listen } from "@witwire/node";
import type { Browser, Page } from "playwright-core";
import {
  bundle,
  launchChromium,
  openPage,
  originOf,
  servePages,
} from "../../packages/websocket/src/testing/browser/browser-page.ts";
import { echoServer, eventually } from "../../packages/websocket/src/testing/echo-server.ts";
import { certificate, writeCertificates } from "../ours/certificates.ts";
import { type PeerServer, startPeer } from "../peers/peer-process.ts";
import { rustPeers } from "../peers/rust.ts";
import { rows } from "../rows/rows.ts";
import type { Failure, Stage } from "./page.ts";

const GUARD = { timeout: 120_000 };
const MEBIBYTE = 1024 * 1024;

describe("a page in Chromium, over WebTransport, and the Rust peer", () => {
  let folder: string;
  let program: string;
  let browser: Browser;
  let page: Page;
  let http: Awaited<ReturnType<typeof servePages>>;
  let peer: PeerServer;
  let stage: Stage;

  before(async () => {
    program = (await rustPeers.find(({ id }) => id === "rust-wrpc-0.18")?.build()) ?? "";
    folder = await mkdtemp(join(tmpdir(), "witwire-web-transport-"));
    await writeCertificates(folder);
    browser = await launchChromium({ quic: true });
    const wit = await readFile(join(import.meta.dirname, "../wit/interop.wit"), "utf8");
    const model = {
      of: /interop\/wit\/model\.ts$/,
      by: `import { parseWit } from "@witwire/wit/text"; export const contract = parseWit(${JSON.stringify(wit)});`,
    };
    http = await servePages({ "/page.js": await bundle(join(import.meta.dirname, "page.ts"), model) });
    page = await openPage(browser, originOf(http), "/page.js");
    peer = await startPeer(program, "webtransport://127.0.0.1:0");
    const hash = createHash("sha256").update(new X509Certificate(certificate.cert).raw).digest();
    stage = { address: `wrpc+${peer.address}`, hash: [...hash] };
  }, GUARD);

  after(async () => {
    await browser?.close();
    await peer?.[Symbol.asyncDispose]();
    http?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const play = (name: string, changes: Partial<Stage> = {}): Promise<unknown> =>
    page.evaluate(`play(${JSON.stringify(name)}, ${JSON.stringify({ ...stage, ...changes })})`);

  test("calls every row of the interoperability suite", GUARD, async () => {
    const outcomes = (await play("rows")) as { row: string; status: string }[];
    assert.deepEqual(
      outcomes.filter(({ status }) => status === "failed"),
      [],
    );
    assert.equal(outcomes.length, rows.length);
  });

  test("calls more at once than there may be streams, over one connection", GUARD, async () => {
    assert.deepEqual(await play("together"), { right: 500, opened: 1 });
  });

  test("streams in both directions at the same time", GUARD, async () => {
    assert.deepEqual(await play("conversation"), [...Array(20).keys()]);
  });

  test("gives calls and streams up, which leaves nothing behind", GUARD, async () => {
    assert.deepEqual(await play("cancelling"), { codes: ["cancelled"], after: "after" });
  });

  test("says that a function is not there, which costs the next call nothing", GUARD, async () => {
    const { failure, after } = (await play("unknown")) as { failure: Failure; after: string };
    assert.deepEqual({ code: failure.code, after }, { code: "unknown", after: "after" });
  });

  test("closes a connection without calls, and makes another for the next one", GUARD, async () => {
    assert.deepEqual(await play("idle", { limits: { keepaliveInterval: 50 } }), { again: "again", opened: 2 });
  });

  test("closes the connection at once when asked to", GUARD, async () => {
    assert.equal(await play("close"), "closed");
  });

  test("does not connect with another certificate, to another path, or where nobody is", GUARD, async () => {
    const { port } = new URL(peer.address.replace("webtransport", "https"));
    for (const changes of [
      { hash: Array<number>(32).fill(1) },
      { address: `wrpc+webtransport://127.0.0.1:${port}/forbidden` },
      { address: "wrpc+webtransport://127.0.0.1:9/" },
    ]) {
      const { code, started, message } = (await play("failure", changes)) as Failure;
      assert.deepEqual({ code, started }, { code: "unavailable", started: "no" });
      assert.match(message, /serverCertificateHashes/);
    }
  });

  test("gives up connecting when nobody answers", GUARD, async () => {
    const silent = createSocket("udp4");
    silent.bind(0, "127.0.0.1");
    await once(silent, "listening");
    const address = `wrpc+webtransport://127.0.0.1:${silent.address().port}/`;
    const { code, started, message } = (await play("failure", { address, limits: { headerTimeout: 200 } })) as Failure;
    silent.close();
    assert.deepEqual({ code, started }, { code: "unavailable", started: "no" });
    assert.match(message, /within 200 ms \(limit headerTimeout\)/);
  });

  describe("whose streams are passed on to a server of ours", () => {
    const { server } = echoServer();
    let listener: Listener;
    let path: string;

    before(async () => {
      listener = await listen(server, "tcp://127.0.0.1:0");
      path = `/tcp/${new URL(listener.address).port}`;
    });

    after(async () => {
      await listener.close();
      await server.close();
    });

    test("has sessions", GUARD, async () => {
      const codes = ["deadline-exceeded", "unimplemented"];
      const address = peer.address + path;
      assert.deepEqual(await play("session", { address }), { pongs: 1000, bytes: 80 * 65_536, codes, opened: 1 });
      await eventually(() => server.stats().connections === 0);
    });

    test("holds back a stream that is not read, and goes on with it", GUARD, async () => {
      const outcome = await play("backpressure", { address: `wrpc+${peer.address}${path}` });
      const { held, came, wrong } = outcome as { held: number; came: number; wrong: number };
      assert.deepEqual({ came, wrong }, { came: 128 * MEBIBYTE, wrong: 0 });
      assert.ok(held < 64 * MEBIBYTE, `${held} bytes were under way`);
    });
  });

  // The last one, since the peer is another afterwards.
  test("learns that the peer was killed, and finds the next one", GUARD, async () => {
    assert.equal(await play("wait"), "waiting");
    await peer.kill();
    const { waited, meanwhile } = (await play("lost")) as { waited: Failure; meanwhile: Failure };
    assert.equal(waited.code, "unknown");
    assert.ok(["unknown", "unavailable"].includes(meanwhile.code), meanwhile.code);
    peer = await startPeer(program, peer.address);
    assert.equal(await play("again"), "again");
  });
});
