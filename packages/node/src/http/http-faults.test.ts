import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, request } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { test } from "node:test";
import { createClient, createServer, isRpcError, type Server } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";
import { makeCertificate } from "../testing/certificate.ts";
import { dialRaw } from "../testing/socket-harness.ts";
import { createHttpHandler } from "./http-handler.ts";

const GUARD = { timeout: 30_000 };
const contract = findInterface(
  parseWit("package test:web; interface door { who: func() -> string; wait: func() -> string; }"),
  "door",
);
const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });
const alice = makeCertificate({ subject: "alice", issuer: authority });

function doorServer(limits = {}): Server {
  const server = createServer({ onFailure: () => {}, limits });
  server.serve(contract, {
    who: ({ peer, metadata }: CallContext) => `${peer.identity?.subject ?? "nobody"} ${metadata.token ?? ""}`.trim(),
    wait: ({ signal }: CallContext) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve("gone"))),
  });
  return server;
}

test("requests that are no calls get a status, and clients an error that says it", GUARD, async () => {
  const server = doorServer({ maxMetadataBytes: 8192 });
  const handler = createHttpHandler(server, { path: "/rpc" });
  const http = createHttpServer((incoming, outgoing) => handler(incoming, outgoing)).listen(0, "::1");
  await once(http, "listening");
  const { port } = http.address() as { port: number };
  const at = (path: string): string => `http://[::1]:${port}${path}`;
  const status = async (path: string, options: object): Promise<number> => {
    const outgoing = request(at(path), { method: "POST", agent: false, ...options }).end();
    const [incoming] = await once(outgoing, "response");
    incoming.resume();
    await once(incoming, "end");
    return incoming.statusCode;
  };
  assert.equal(await status("/", {}), 404);
  assert.equal(await status("/rpcs", {}), 404);
  assert.equal(await status("/rpc", { method: "GET" }), 405);
  assert.equal(await status("/rpc", { headers: { "content-type": "text/plain" } }), 415);
  assert.equal(await status("/rpc/x", { headers: { "content-encoding": "gzip" } }), 415);
  const roomy = { headers: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x${i}`, "y".repeat(1000)])) };
  assert.equal(await status("/rpc", roomy), 431);
  const transport = connect(at("/elsewhere"));
  await assert.rejects(createClient(contract, transport).who?.() as Promise<unknown>, (error) => {
    assert.ok(isRpcError(error) && error.code === "unimplemented" && error.started === "no", String(error));
    assert.match(error.message, /HTTP status 404: calls are answered under \/rpc/);
    return true;
  });
  await transport.close();
  const good = connect(at("/rpc"));
  const client = createClient(contract, good);
  assert.equal(await client.who?.({ metadata: { token: "x" } }), "nobody x");
  await assert.rejects(client.who?.({ metadata: { host: "x" } }) as Promise<unknown>, { code: "invalid-argument" });
  await assert.rejects(client.who?.({ metadata: { a: "ö\n" } }) as Promise<unknown>, { code: "invalid-argument" });
  await good.close();
  http.close();
  await server.close();
});

test("an IPv6 host stands in brackets in both versions, which strict servers insist on", GUARD, async () => {
  for (const version of ["1.1", "2"] as const) {
    const server = doorServer();
    const handler = createHttpHandler(server);
    const hosts: unknown[] = [];
    const http = version === "2" ? createHttp2Server() : createHttpServer();
    http.on("request", (incoming, outgoing) => {
      hosts.push(incoming.headers[":authority"] ?? incoming.headers.host);
      handler(incoming, outgoing);
    });
    await once(http.listen(0, "::1"), "listening");
    const { port } = http.address() as { port: number };
    const transport = connect(`http://[::1]:${port}`, { http: { version } });
    assert.equal(await createClient(contract, transport).who?.(), "nobody");
    assert.deepEqual(hosts, [`[::1]:${port}`]);
    await transport.close();
    http.close();
    await server.close();
  }
});

test("https in both versions, with the certificate of the caller", GUARD, async () => {
  const server = doorServer();
  const tls = { ...own, ca: authority.cert, clientCertificates: "required" } as const;
  await using listener = await listen(server, "https://[::1]:0/rpc", { tls });
  for (const version of ["1.1", "2"] as const) {
    const known = connect(listener.address, { http: { version }, tls: { ...alice, ca: authority.cert } });
    assert.equal(await createClient(contract, known).who?.(), "CN=alice");
    await known.close();
    const unknown = connect(listener.address, { http: { version }, tls: { ca: authority.cert } });
    await assert.rejects(createClient(contract, unknown).who?.() as Promise<unknown>, { code: "unauthenticated" });
    await unknown.close();
    const wary = connect(listener.address, { http: { version } });
    await assert.rejects(createClient(contract, wary).who?.() as Promise<unknown>, (error) => {
      assert.ok(isRpcError(error) && error.code === "unavailable" && error.started === "no", String(error));
      assert.match(error.message, /tls\.ca/);
      return true;
    });
    await wary.close();
  }
  await server.close();
});

test("clients that are slow with their headers or bodies, or cut them, are dropped", GUARD, async () => {
  const server = doorServer({ headerTimeout: 300, paramsTimeout: 300 });
  await using listener = await listen(server, "http://[::1]:0/");
  const raw = listener.address.replace("http:", "wrpc+tcp:").replace(/\/$/, "");
  const head = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
  for (const bytes of [`${head}1\r\n\0\r\n`, `${head}zz\r\n`, "\0\0\0\r\n\r\n"]) {
    const socket = dialRaw(raw).on("error", () => {});
    socket.write(bytes);
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve).once("end", () => socket.destroy()));
  }
  const cut = dialRaw(raw).on("error", () => {});
  cut.resume().once("end", () => cut.destroy());
  cut.end(`${head}5\r\n\0\0`);
  await until(() => server.stats().connections === 0);
  await server.close();
});

test("requests of HTTP/2 that are reset, and a session that breaks, end their calls", GUARD, async () => {
  const server = doorServer();
  await using listener = await listen(server, "http://[::1]:0/", { http: { version: "2" } });
  const transport = connect(listener.address, { http: { version: "2" } });
  const cancelled = new AbortController();
  const outcome = createClient(contract, transport).wait?.({ signal: cancelled.signal });
  await until(() => server.stats().calls === 1);
  cancelled.abort();
  await assert.rejects(outcome as Promise<unknown>, { code: "cancelled" });
  await until(() => server.stats().calls === 0);
  await transport.close();
  const session = connectHttp2(listener.address).on("error", () => {});
  for (let i = 0; i < 20; i++) session.request({ ":method": "POST", ":path": "/" }).on("error", () => {});
  await until(() => server.stats().connections === 20);
  session.destroy();
  await until(() => server.stats().connections === 0);
  await server.close();
});

for (const version of ["1.1", "2"] as const) {
  test(`parameters that are too large get a status while there is none yet (HTTP/${version})`, GUARD, async () => {
    const text = "package test:web; interface box { put: func(v: list<u8>) -> u32; }";
    const box = findInterface(parseWit(text), "box");
    const server = createServer({ onFailure: () => {}, limits: { maxValueBytes: 100_000 } });
    server.serve(box, { put: (v: Uint8Array) => v.length });
    await using listener = await listen(server, "http://[::1]:0/", { http: { version } });
    const transport = connect(listener.address, { http: { version } });
    const client = createClient(box, transport);
    for (const size of [100_001, 12_000_000]) {
      await assert.rejects(client.put?.(new Uint8Array(size)) as Promise<unknown>, (error) => {
        assert.ok(isRpcError(error), String(error));
        assert.deepEqual([error.code, error.started, error.retryable], ["resource-exhausted", "no", false]);
        assert.match(error.message, /HTTP status 413: .*more than the limit of 100000/);
        return true;
      });
    }
    assert.equal(await client.put?.(new Uint8Array(1000)), 1000, "what is small enough goes on");
    await transport.close();
    await server.close();
    await until(() => server.stats().connections === 0 && transport.stats().connections === 0);
  });
}

test("a server that is not there", GUARD, async () => {
  for (const version of ["1.1", "2"] as const) {
    const transport = connect("http://[::1]:1/", { http: { version } });
    await assert.rejects(createClient(contract, transport).who?.() as Promise<unknown>, (error) => {
      assert.ok(isRpcError(error) && error.code === "unavailable" && error.started === "no", String(error));
      return true;
    });
    await transport.close();
  }
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
