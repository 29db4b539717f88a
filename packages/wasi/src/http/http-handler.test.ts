import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { createServer as createTlsServer, request as tlsRequest } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { describe, it } from "node:test";
import type { CallOptions } from "@witwire/wit/values";
import type { OutputStream } from "../io/output-stream.ts";
import { Scope } from "../scope.ts";
import type { ErrorCode } from "./error-code.ts";
import { Fields } from "./fields.ts";
import { type IncomingHandler, incomingHandler } from "./http-guest.ts";
import { createHttpHandler } from "./http-handler.ts";
import { type HttpServer, type ServeHttpOptions, serveHttp } from "./http-server.ts";
import { IncomingBody } from "./incoming-body.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { OutgoingResponse } from "./outgoing-response.ts";
import { ResponseOutparam } from "./response-outparam.ts";
import { localhostCertificate } from "./testing/localhost-certificate.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const text = (value: Uint8Array): string => Buffer.from(value).toString("latin1");
const fields = (...list: [string, string][]): Fields =>
  Fields.fromList(list.map(([name, value]) => [name, bytes(value)]));

/** What the guests of these tests do: a handler in JavaScript with the scope of its instance. */
type Guest = (
  request: IncomingRequest,
  out: ResponseOutparam,
  scope: Scope,
  options: CallOptions | undefined,
) => unknown;

interface Served extends HttpServer {
  /** Whether each instance failed, in the order in which they ended. */
  readonly released: boolean[];
  readonly errors: unknown[];
}

async function serve(guest: Guest, options: ServeHttpOptions = {}): Promise<Served> {
  const released: boolean[] = [];
  const errors: unknown[] = [];
  const open = (): { scope: Scope; handle: IncomingHandler; release: (failed: boolean) => void } => {
    const scope = new Scope();
    const handle: IncomingHandler = (request, out, options) => guest(request, out, scope, options);
    const release = (failed: boolean): void => {
      released.push(failed);
      scope[Symbol.dispose]();
    };
    return { scope, handle, release };
  };
  const server = await serveHttp(open, { drainTimeout: 100, onError: (error) => errors.push(error), ...options });
  return Object.create(server, { released: { value: released }, errors: { value: errors } }) as Served;
}

function start(server: HttpServer, options: RequestOptions = {}): ReturnType<typeof httpRequest> {
  return httpRequest({ host: server.host, port: server.port, agent: false, ...options });
}

async function get(
  server: HttpServer,
  options: RequestOptions = {},
  body?: string,
): Promise<IncomingMessage & { body: string }> {
  const request = start(server, options);
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return Object.assign(response, { body: await textOf(response) });
}

/** Waits for something that happens soon. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A response with a body that is to be written. */
function respond(
  scope: Scope,
  out: ResponseOutparam,
  headers: Fields = new Fields(),
  status = 200,
): [OutgoingBody, OutputStream] {
  const response = new OutgoingResponse(scope, headers);
  response.setStatusCode(status);
  const body = response.body();
  ResponseOutparam.set(out, { tag: "ok", val: response });
  return [body, body.write()];
}

async function write(stream: OutputStream, content: string): Promise<void> {
  await stream.blockingWriteAndFlush(bytes(content));
}

function finish(body: OutgoingBody, stream: OutputStream, trailers?: Fields): void {
  stream[Symbol.dispose]();
  OutgoingBody.finish(body, trailers);
}

describe("serving HTTP", () => {
  it("shows the guest the request", async () => {
    await using server = await serve((request, out, scope) => {
      const [body, stream] = respond(scope, out);
      const headers = request
        .headers()
        .entries()
        .map(([name, value]) => `${name}=${text(value)}`);
      const { tag } = request.scheme();
      const all = [request.method().tag, tag, request.authority(), request.pathWithQuery(), ...headers].join(" ");
      stream.checkWrite();
      stream.write(bytes(all));
      finish(body, stream);
    });
    const headers = { "X-Name": "v\xe9", Host: "example.com:1" };
    const { body } = await get(server, { path: "/a?b", method: "DELETE", headers });
    assert.equal(body, "delete HTTP example.com:1 /a?b X-Name=v\ufffd");
    const socket = connect(server.port, server.host);
    socket.end("GET http://other.example:8/p?q HTTP/1.1\r\nHost: ignored\r\nConnection: close\r\n\r\n");
    assert.match(await textOf(socket), /get HTTP other\.example:8 \/p\?q/);
  });

  it("sends the head as soon as it is set, and streams both ways", async () => {
    await using server = await serve(async (request, out, scope) => {
      const [body, output] = respond(scope, out, fields(["X-Kind", "echo"]), 207);
      const input = request.consume().stream();
      for (;;) {
        const chunk = await (async () => input.blockingRead(100n))().catch(() => undefined);
        if (chunk === undefined) break;
        await write(output, `<${text(chunk)}>`);
      }
      finish(body, output);
    });
    const request = start(server, { method: "POST" });
    request.flushHeaders();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.deepEqual([response.statusCode, response.headers["x-kind"]], [207, "echo"]);
    for (const word of ["one", "two"]) {
      request.write(word);
      const [chunk] = (await once(response, "data")) as [Buffer];
      assert.equal(chunk.toString(), `<${word}>`);
    }
    request.end();
    assert.equal(await textOf(response), "");
    assert.deepEqual(server.released, [false]);
  });

  it("carries trailers both ways", async () => {
    await using server = await serve(async (request, out, scope) => {
      const future = IncomingBody.finish(request.consume());
      await future.subscribe().block();
      const got = future.get();
      const [count] = got?.tag === "ok" && got.val.tag === "ok" ? (got.val.val?.get("x-count") ?? []) : [];
      const [body, stream] = respond(scope, out);
      finish(body, stream, fields(["X-Answer", `${text(count ?? bytes("none"))}!`]));
    });
    const request = start(server, { method: "POST" });
    request.write("body");
    request.addTrailers({ "X-Count": "7" });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    await textOf(response);
    assert.equal(response.trailers["x-answer"], "7!");
  });

  it("sends a response without a body, and one with a length", async () => {
    await using server = await serve((request, out, scope) => {
      const length = request.pathWithQuery() === "/length";
      const response = new OutgoingResponse(scope, length ? fields(["Content-Length", "4"]) : new Fields());
      const body = length ? response.body() : undefined;
      ResponseOutparam.set(out, { tag: "ok", val: response });
      if (body === undefined) return;
      const stream = body.write();
      stream.checkWrite();
      stream.write(bytes("four"));
      finish(body, stream);
    });
    const empty = await get(server);
    assert.deepEqual([empty.body, empty.headers["content-length"]], ["", "0"]);
    const four = await get(server, { path: "/length" });
    assert.deepEqual([four.body, four.headers["content-length"]], ["four", "4"]);
    const head = await get(server, { path: "/length", method: "HEAD" });
    assert.deepEqual([head.body, head.headers["content-length"]], ["", "4"]);
  });

  const silent: readonly (readonly [string, Guest, boolean])[] = [
    ["ends without an answer", () => {}, false],
    ["drops the place for it", (_request, out) => out[Symbol.dispose](), false],
    ["fails", () => Promise.reject(new Error("trap")), true],
    ["fails at once", () => assert.fail("trap"), true],
  ];
  for (const [what, guest, failed] of silent) {
    it(`answers 500 where the guest ${what}`, async () => {
      await using server = await serve(guest);
      assert.equal((await get(server)).statusCode, 500);
      await until(() => server.running === 0);
      assert.deepEqual([server.released, server.errors.length], [[failed], failed ? 1 : 0]);
    });
  }

  it("answers as fits the guest's error", async () => {
    const codes: Record<string, ErrorCode> = {
      "/403": { tag: "HTTP-request-denied" },
      "/413": { tag: "HTTP-request-body-size", val: 1n },
      "/502": { tag: "connection-refused" },
      "/504": { tag: "DNS-timeout" },
      "/500": { tag: "internal-error", val: "no details for clients" },
    };
    await using server = await serve((request, out) => {
      ResponseOutparam.set(out, { tag: "err", val: codes[request.pathWithQuery() ?? ""] as ErrorCode });
    });
    for (const path of Object.keys(codes)) {
      const { statusCode, body } = await get(server, { path });
      assert.deepEqual([`/${statusCode}`, body], [path, ""]);
    }
  });

  const broken: readonly (readonly [string, Guest])[] = [
    [
      "fails after the head",
      async (_request, out, scope) => {
        const [, stream] = respond(scope, out);
        await write(stream, "half");
        throw new Error("trap");
      },
    ],
    [
      "leaves its body unfinished",
      async (_request, out, scope) => {
        const [, stream] = respond(scope, out);
        await write(stream, "half");
      },
    ],
    [
      "drops its body",
      async (_request, out, scope) => {
        const [body, stream] = respond(scope, out);
        await write(stream, "half");
        body[Symbol.dispose]();
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
    ],
    [
      "says another length than it has",
      async (_request, out, scope) => {
        const [body, stream] = respond(scope, out, fields(["Content-Length", "10"]));
        await write(stream, "half");
        assert.throws(() => finish(body, stream), { payload: { tag: "HTTP-response-body-size", val: 4n } });
      },
    ],
  ];
  for (const [what, guest] of broken) {
    it(`breaks the connection where the guest ${what}`, async () => {
      await using server = await serve(guest);
      await assert.rejects(get(server), { code: "ECONNRESET" });
      await until(() => server.running === 0);
    });
  }

  it("takes no answer that comes too late", async () => {
    let late: ResponseOutparam | undefined;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await using server = await serve(async (_request, out, scope) => {
      late ??= out;
      if (late === out) return;
      const [, stream] = respond(scope, late);
      await write(stream, "x").catch(resolve);
      const [body, own] = respond(scope, out);
      finish(body, own);
    });
    assert.equal((await get(server)).statusCode, 500);
    assert.equal((await get(server)).statusCode, 200);
    assert.match(String(await promise), /closed/);
  });

  it("refuses a head that promises what does not come", async () => {
    await using server = await serve((request, out, scope) => {
      const length = request.pathWithQuery() ?? "";
      const response = new OutgoingResponse(scope, fields(["Content-Length", length.slice(1)]));
      ResponseOutparam.set(out, { tag: "ok", val: response });
    });
    assert.equal((await get(server, { path: "/5" })).statusCode, 500);
    assert.equal((await get(server, { path: "/many" })).statusCode, 500);
    assert.equal((await get(server, { path: "/0" })).statusCode, 200);
    assert.equal((await get(server, { path: "/5", method: "HEAD" })).headers["content-length"], "5");
  });

  it("lets a response that is all there arrive although the guest fails then", async () => {
    await using server = await serve(async (_request, out, scope) => {
      const [body, stream] = respond(scope, out);
      stream.checkWrite();
      stream.write(bytes("whole"));
      finish(body, stream);
      throw new Error("trap");
    });
    assert.equal((await get(server)).body, "whole");
    assert.equal(server.errors.length, 1);
  });

  it("cancels the call of a client that goes away", async () => {
    let reason: unknown;
    const { promise: started, resolve: start_ } = Promise.withResolvers<void>();
    await using server = await serve((_request, _out, _scope, options) => {
      start_();
      return new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => {
          reason = options.signal?.reason;
          reject(reason);
        });
      });
    });
    const request = start(server);
    request.on("error", () => {}).end();
    await started;
    assert.equal(server.running, 1);
    request.destroy();
    await until(() => server.running === 0);
    assert.match(String(reason), /client went away/);
    assert.deepEqual([server.released, server.errors], [[true], []]);
  });

  it("tells a guest that writes that its client went away", async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await using server = await serve(async (_request, out, scope) => {
      const [, stream] = respond(scope, out);
      try {
        for (;;) await write(stream, "x".repeat(4096));
      } catch (error) {
        resolve(error);
      }
    });
    const request = start(server);
    request.on("error", () => {}).end();
    await once(request, "response");
    request.destroy();
    assert.match(String(await promise), /WitError|disposed/);
  });

  it("answers 504 where the guest takes too long, and is done with it", async () => {
    await using server = await serve(() => new Promise(() => {}), { timeout: 20 });
    assert.equal((await get(server)).statusCode, 504);
    await until(() => server.running === 0);
    assert.deepEqual([server.released, server.errors], [[true], []]);
  });

  it("may wait for ever", async () => {
    const unlimited = { timeout: Number.POSITIVE_INFINITY, idleTimeout: Number.POSITIVE_INFINITY };
    await using server = await serve(async (request, out, scope) => {
      const input = request.consume().stream();
      const first = await input.blockingRead(100n);
      const [body, output] = respond(scope, out);
      await write(output, text(first));
      finish(body, output);
    }, unlimited);
    const request = start(server, { method: "POST" });
    request.flushHeaders();
    await new Promise((resolve) => setTimeout(resolve, 30));
    request.end("patience");
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(await textOf(response), "patience");
  });

  it("gives up a client that takes nothing", async () => {
    await using server = await serve(
      async (_request, out, scope) => {
        const [, stream] = respond(scope, out);
        for (;;) await write(stream, "x".repeat(4096));
      },
      { idleTimeout: 50 },
    );
    const socket = connect(server.port, server.host);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.on("error", () => {});
    await once(socket, "readable");
    await until(() => server.running === 0);
    socket.destroy();
  });

  it("has room for as many requests as the limit says", async () => {
    const ends: (() => void)[] = [];
    const guest: Guest = (_request, out, scope) =>
      new Promise<void>((resolve) => {
        ends.push(() => {
          ResponseOutparam.set(out, { tag: "ok", val: new OutgoingResponse(scope, new Fields()) });
          resolve();
        });
      });
    await using server = await serve(guest, { maxRequests: 1 });
    const first = get(server);
    await until(() => ends.length === 1);
    assert.equal((await get(server)).statusCode, 503);
    ends[0]?.();
    assert.equal((await first).statusCode, 200);
  });

  it("refuses heads that are too large", async () => {
    const guest: Guest = (_request, out, scope) => respond(scope, out);
    await using server = await serve(guest, { maxHeaders: 20, maxHeaderBytes: 2_000 });
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x-${index}`, "1"]));
    assert.equal((await get(server, { headers: many })).statusCode, 431);
    assert.equal((await get(server, { headers: { x: "x".repeat(3_000) } })).statusCode, 431);
    assert.deepEqual(server.released, []);
  });

  it("answers several requests of one connection", async () => {
    await using server = await serve((request, out, scope) => {
      const [body, stream] = respond(scope, out);
      stream.checkWrite();
      stream.write(bytes(request.pathWithQuery() ?? ""));
      finish(body, stream);
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ["/1", "/2", "/3"]) {
      const answer = await get(server, { path, agent, method: "POST" }, "nobody reads this");
      assert.equal(answer.body, path);
    }
    agent.destroy();
  });

  it("fails where there is no instance", async () => {
    const errors: unknown[] = [];
    const open = (): never => assert.fail("no instance");
    await using server = await serveHttp(open, { onError: (error) => errors.push(error) });
    assert.equal((await get(server)).statusCode, 500);
    assert.equal(errors.length, 1);
  });

  it("waits for requests under way when it closes", async () => {
    const server = await serve(
      async (_request, out, scope) => {
        const [body, stream] = respond(scope, out);
        await write(stream, "slow ");
        await new Promise((resolve) => setTimeout(resolve, 20));
        await write(stream, "answer");
        finish(body, stream);
      },
      { drainTimeout: 5_000 },
    );
    const answer = get(server);
    await until(() => server.running === 1);
    await server.close();
    assert.equal((await answer).body, "slow answer");
  });
});

describe("a handler of HTTP requests", () => {
  it("serves over TLS, in a server of somebody else's", async () => {
    const scope = new Scope();
    const handle: IncomingHandler = (request, out) => {
      const response = new OutgoingResponse(scope, fields(["X-Scheme", request.scheme().tag]));
      ResponseOutparam.set(out, { tag: "ok", val: response });
    };
    const handler = createHttpHandler(() => ({ handle, scope }));
    const server = createTlsServer(localhostCertificate, handler).listen(0, "localhost");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const request = tlsRequest({ host: "localhost", port, ca: localhostCertificate.cert, agent: false }).end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.deepEqual([response.headers["x-scheme"], await textOf(response)], ["HTTPS", ""]);
    server.close();
    await until(() => handler.running === 0);
  });
});

describe("the handler of a component", () => {
  it("is found whatever its version", () => {
    const handle = (): void => {};
    for (const name of ["wasi:http/incoming-handler@0.2.0", "wasi:http/incoming-handler@0.2.12"]) {
      assert.equal(incomingHandler({ "a:b/c": {}, [name]: { handle } }), handle);
    }
    assert.throws(() => incomingHandler({ "wasi:http/incoming-handler@0.3.0": { handle } }), TypeError);
  });
});
