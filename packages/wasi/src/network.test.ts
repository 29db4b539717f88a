import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { type Component, compile } from "@witwire/component";
import { buildQuickJs } from "../../component/src/testing/guest-builder.ts";
import { incomingHandler } from "./http/http-guest.ts";
import { type HttpServer, type ServeHttpOptions, serveHttp } from "./http/http-server.ts";
import { createWasi, type WasiOptions } from "./wasi.ts";

interface Program {
  run(task: string, argument: string): Promise<string>;
}

const guests = join(import.meta.dirname, "../guests");
const everything: WasiOptions = { network: "inherit", http: { outgoing: "inherit" } };

let program: Component;

before(async () => {
  const [wit = "", source = ""] = ["network.wit", "network.js"].map((file) => readFileSync(join(guests, file), "utf8"));
  // The tool knows some of WASI and cannot link the rest, so it gets to see other names.
  const hide = (text: string): string => text.replaceAll("wasi:", "wazi:");
  const built = Buffer.from(await buildQuickJs(hide(wit), "network", hide(source)));
  for (let at = built.indexOf("wazi:"); at >= 0; at = built.indexOf("wazi:", at)) built.write("wasi:", at, "latin1");
  program = await compile(new Uint8Array(built));
});

/** Runs one task in an instance of its own, and sees to it that nothing stays behind. */
async function run(
  task: string,
  argument: string | number,
  options: WasiOptions = everything,
  listening: (port: number) => void = () => {},
): Promise<string> {
  await using wasi = createWasi(options);
  using instance = await program.instantiate<Program & object>({
    ...wasi.imports,
    "guests:network/observer": { listening },
  });
  const answer = await instance.exports.run(task, String(argument));
  instance[Symbol.dispose]();
  const { scope } = wasi;
  assert.deepEqual([scope.count("streams"), scope.count("pollables")], [0, 0]);
  return answer;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const serveNode = (listener: RequestListener): Promise<number> => listen(createHttpServer(listener));

/** Serves the guest's handler, with an instance for each request. */
function serveGuest(options: ServeHttpOptions = {}): Promise<HttpServer> {
  return serveHttp(async () => {
    const wasi = createWasi(everything);
    const instance = await program.instantiate({ ...wasi.imports, "guests:network/observer": { listening: () => {} } });
    const release = (): void => {
      instance[Symbol.dispose]();
      wasi[Symbol.dispose]();
    };
    return { handle: incomingHandler(instance.exports), scope: wasi.scope, release };
  }, options);
}

async function get(server: HttpServer, path: string): Promise<IncomingMessage & { readonly body: string }> {
  const request = httpRequest({ host: server.host, port: server.port, path, agent: false }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return Object.assign(response, { body: await textOf(response) });
}

describe("a guest with sockets", () => {
  it("is a TCP client", async () => {
    const port = await listen(createServer((socket) => socket.pipe(socket)));
    assert.equal(await run("tcpClient", port), "hello from the guest");
  });

  it("is a TCP server", async () => {
    const content = "0123456789".repeat(20_000);
    let echoed: Promise<string> | undefined;
    const listening = (port: number): void => {
      const socket = connect(port, "127.0.0.1");
      socket.end(content);
      echoed = textOf(socket);
    };
    assert.equal(await run("tcpServer", "", everything, listening), String(content.length));
    assert.equal(await echoed, content);
  });

  it("exchanges datagrams", async () => {
    const socket = createSocket("udp4");
    socket.on("message", (data, from) => socket.send(data, from.port, from.address));
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    assert.equal(await run("udp", port), `datagram from ${port}`);
    socket.close();
  });

  it("looks up names", async () => {
    assert.match(await run("lookup", "localhost"), /127\.0\.0\.1|0\.0\.0\.0\.0\.0\.0\.1/);
    assert.equal(await run("lookup", "192.0.2.7"), "192.0.2.7");
  });

  it("gets nothing that it was not granted", async () => {
    const port = await listen(createServer((socket) => socket.destroy()));
    const denied = "access-denied";
    assert.equal(await run("refused", port, {}), `${[denied, denied, denied, denied].join(" ")} HTTP-request-denied`);
    const sockets: WasiOptions = { network: { connect: [`127.0.0.1:${port}`] } };
    assert.match(await run("refused", port, sockets), /^no error .* HTTP-request-denied$/);
    const requests: WasiOptions = { http: { outgoing: [`127.0.0.1:${port}`] } };
    assert.equal(await run("refused", port, requests), `${[denied, denied, denied, denied].join(" ")} no error`);
  });
});

describe("a guest with HTTP", () => {
  it("fetches from a server in the same process", async () => {
    const port = await serveNode((request, answer) => {
      answer.writeHead(200, { "content-type": "text/plain", trailer: "x-sum" });
      answer.write(`${request.headers["x-guest"]} asked for `);
      answer.addTrailers({ "x-sum": "1" });
      setImmediate(() => answer.end(request.url));
    });
    const expected = JSON.stringify([200, ["text/plain"], "QuickJS asked for /a?b", 1]);
    assert.equal(await run("get", `http://127.0.0.1:${port}/a?b`), expected);
  });

  it("sends a body in pieces", async () => {
    const port = await serveNode((request, answer) => request.pipe(answer));
    assert.equal(await run("post", `http://127.0.0.1:${port}/`), JSON.stringify([200, [], "one two three ", 0]));
  });

  it("learns why a request failed", async () => {
    const port = await listen(createServer((socket) => socket.destroy()));
    assert.equal(await run("get", `http://127.0.0.1:${port}/`), "failed: connection-terminated");
    assert.equal(await run("get", "http://does-not-exist.invalid/"), "failed: DNS-error");
  });

  it("serves, streaming both ways", async () => {
    await using server = await serveGuest();
    const options = { host: server.host, port: server.port, method: "POST", path: "/x?y", agent: false };
    const request = httpRequest({ ...options, headers: { "content-type": "text/x-words" } });
    request.flushHeaders();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.deepEqual([response.statusCode, response.headers["content-type"]], [201, "text/x-words"]);
    const read = async (): Promise<string> => String(((await once(response, "data")) as [Buffer])[0]);
    assert.equal(await read(), "post /x?y\n");
    for (const word of ["first", "second"]) {
      request.write(word);
      assert.equal(await read(), word);
    }
    request.end("last");
    assert.equal(await textOf(response), "last");
    assert.equal(response.trailers["x-end"], "yes");
  });

  it("serves curl", async (test) => {
    await using server = await serveGuest();
    const url = `http://${server.host}:${server.port}/from/curl`;
    const content = "x".repeat(300_000);
    const args = ["--silent", "--max-time", "20", "--data-binary", "@-", "--write-out", " %{http_code}", url];
    const running = promisify(execFile)("curl", args, { maxBuffer: 1_000_000 });
    running.child.stdin?.on("error", () => {}).end(content);
    const answer = await running.catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (answer === undefined) return test.skip("there is no curl");
    assert.equal(answer.stdout, `post /from/curl\n${content} 201`);
  });

  it("answers with what another server answers", async () => {
    const port = await serveNode((_request, answer) => answer.writeHead(203).end("y".repeat(200_000)));
    await using server = await serveGuest();
    const { statusCode, body } = await get(server, `/forward/${port}`);
    assert.deepEqual([statusCode, body.length], [203, 200_000]);
  });

  it("serves many at the same time", async () => {
    await using server = await serveGuest();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => get(server, `/${index}`)));
    assert.deepEqual(
      answers.map(({ body }) => body),
      Array.from({ length: 20 }, (_, index) => `get /${index}\n`),
    );
  });

  it("may fail", async () => {
    const errors: unknown[] = [];
    await using server = await serveGuest({ onError: (error) => errors.push(error) });
    const statuses: unknown[] = [];
    for (const path of ["/silent", "/denied", "/trap"]) statuses.push((await get(server, path)).statusCode);
    assert.deepEqual([statuses, errors.length], [[500, 403, 500], 1]);
  });

  it("is cancelled when its client goes away", async () => {
    await using server = await serveGuest();
    const request = httpRequest({ host: server.host, port: server.port, method: "POST", agent: false });
    request.on("error", () => {}).flushHeaders();
    await once(request, "response");
    assert.equal(server.running, 1);
    request.destroy();
    while (server.running > 0) await new Promise(setImmediate);
  });
});
