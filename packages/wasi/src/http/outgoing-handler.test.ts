import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, Agent as TlsAgent } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import { isSync, isWitError } from "@witwire/wit/values";
import type { InputStream } from "../io/input-stream.ts";
import type { IoError } from "../io/io-error.ts";
import { Scope } from "../scope.ts";
import type { ErrorCode } from "./error-code.ts";
import { Fields } from "./fields.ts";
import type { FutureIncomingResponse } from "./future-incoming-response.ts";
import { httpInterfaces } from "./http-interfaces.ts";
import { IncomingBody } from "./incoming-body.ts";
import type { IncomingResponse } from "./incoming-response.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { type OutgoingHttpOptions, outgoingHandler } from "./outgoing-handler.ts";
import { OutgoingRequest } from "./outgoing-request.ts";
import { RequestOptions } from "./request-options.ts";
import { localhostCertificate } from "./testing/localhost-certificate.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const text = (value: Uint8Array): string => Buffer.from(value).toString("latin1");
const fields = (...list: [string, string][]): Fields =>
  Fields.fromList(list.map(([name, value]) => [name, bytes(value)]));

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener));

/** A server that answers with these bytes, whatever it is asked. */
const serveRaw = (answer: (socket: Socket) => void): Promise<number> =>
  listen(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => answer(socket));
    }),
  );

interface Given {
  readonly port: number;
  readonly path?: string;
  readonly method?: Parameters<OutgoingRequest["setMethod"]>[0];
  readonly headers?: Fields;
  readonly options?: RequestOptions;
  readonly allowed?: OutgoingHttpOptions;
}

function requestTo(
  scope: Scope,
  { port, path, method = { tag: "get" }, headers = new Fields() }: Given,
): OutgoingRequest {
  const request = new OutgoingRequest(scope, headers);
  request.setScheme({ tag: "HTTP" });
  request.setAuthority(`127.0.0.1:${port}`);
  request.setPathWithQuery(path);
  request.setMethod(method);
  return request;
}

function send(scope: Scope, given: Given, request: OutgoingRequest = requestTo(scope, given)): FutureIncomingResponse {
  return outgoingHandler(scope, given.allowed ?? { outgoing: "inherit" })(request, given.options);
}

async function answerOf(future: FutureIncomingResponse): Promise<IncomingResponse | ErrorCode> {
  await future.subscribe().block();
  const answer = future.get();
  assert.equal(answer?.tag, "ok");
  return answer.val.val;
}

async function response(future: FutureIncomingResponse): Promise<IncomingResponse> {
  const answer = await answerOf(future);
  return "tag" in answer ? assert.fail(`the request failed: ${answer.tag}`) : answer;
}

async function failureOf(future: FutureIncomingResponse): Promise<ErrorCode> {
  const answer = await answerOf(future);
  return "tag" in answer ? answer : assert.fail("the request did not fail");
}

/** The `err` of a call. */
function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (isWitError(error)) return error.payload;
    throw error;
  }
  return assert.fail("it did not fail");
}

async function readAll(stream: InputStream): Promise<string> {
  let all = "";
  for (;;) {
    try {
      all += text(await stream.blockingRead(65_536n));
    } catch (error) {
      if (isWitError(error) && (error.payload as { tag: string }).tag === "closed") return all;
      throw error;
    }
  }
}

async function bodyOf(answer: IncomingResponse): Promise<string> {
  const body = answer.consume();
  const stream = body.stream();
  const all = await readAll(stream);
  stream[Symbol.dispose]();
  body[Symbol.dispose]();
  return all;
}

/** The code for why a body broke off. */
async function brokenBody(answer: IncomingResponse): Promise<ErrorCode | undefined> {
  try {
    await readAll(answer.consume().stream());
  } catch (error) {
    assert.ok(isWitError(error));
    const { val } = error.payload as { val: IoError };
    return val.details.http as ErrorCode;
  }
  return undefined;
}

describe("an outgoing request", () => {
  it("says what the guest says, and host and length", async () => {
    await using scope = new Scope();
    const port = await serve((request, answer) => {
      request.resume();
      answer.end(JSON.stringify([request.method, request.url, request.rawHeaders]), "latin1");
    });
    const headers = fields(["X-Twice", "1"], ["x-twice", "2"], ["X-Bytes", "\xe9"]);
    const got = JSON.parse(await bodyOf(await response(send(scope, { port, path: "/a?b=c", headers }))));
    const host = ["Host", `127.0.0.1:${port}`];
    const own = ["X-Twice", "1", "x-twice", "2", "X-Bytes", "\xe9"];
    assert.deepEqual(got, ["GET", "/a?b=c", [...host, ...own, "Connection", "close"]]);
    const posted = JSON.parse(await bodyOf(await response(send(scope, { port, method: { tag: "post" } }))));
    assert.deepEqual(posted, ["POST", "/", [...host, "Content-Length", "0", "Connection", "close"]]);
    while (scope.count("sockets") > 0) await new Promise(setImmediate);
  });

  it("streams both ways at the same time", async () => {
    await using scope = new Scope();
    const port = await serve((request, answer) => request.pipe(answer));
    const request = requestTo(scope, { port, method: { tag: "post" } });
    const body = request.body();
    const output = body.write();
    const future = send(scope, { port }, request);
    await output.blockingWriteAndFlush(bytes("ping"));
    const answer = await response(future);
    const input = answer.consume().stream();
    assert.equal(text(await input.blockingRead(100n)), "ping");
    await output.blockingWriteAndFlush(bytes("pong"));
    assert.equal(text(await input.blockingRead(100n)), "pong");
    output[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
    assert.equal(await readAll(input), "");
  });

  it("may have a body before it is sent, and holds back what is too much for a slow server", async () => {
    await using scope = new Scope();
    const { promise: go, resolve } = Promise.withResolvers<void>();
    const port = await serve(async (request, answer) => {
      await go;
      let length = 0;
      for await (const chunk of request) length += (chunk as Buffer).length;
      answer.end(String(length));
    });
    const request = requestTo(scope, { port, method: { tag: "put" } });
    const body = request.body();
    const output = body.write();
    await output.blockingWriteAndFlush(bytes("early"));
    const future = send(scope, { port }, request);
    let sent = 5;
    const piece = new Uint8Array(16_384);
    for (let idle = 0; idle < 20; ) {
      const room = Number(output.checkWrite());
      if (room === 0) idle++;
      output.write(piece.subarray(0, room));
      sent += Math.min(room, piece.length);
      await new Promise(setImmediate);
    }
    assert.ok(sent < 64 * 1024 * 1024);
    resolve();
    while (output.checkWrite() === 0n) await output.subscribe().block();
    output[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
    assert.equal(await bodyOf(await response(future)), String(sent));
  });

  it("reads no faster than the guest", async () => {
    await using scope = new Scope();
    let written = 0;
    const port = await serve((_request, answer) => {
      const write = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += 65_536;
          if (!answer.write(Buffer.alloc(65_536))) {
            answer.once("drain", write);
            return;
          }
        }
        answer.end();
      };
      write();
    });
    const answer = await response(send(scope, { port }));
    const input = answer.consume().stream();
    await input.blockingRead(1n);
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(written < 32 * 1024 * 1024, `${written} bytes were taken from the server`);
  });

  it("sends and receives trailers", async () => {
    await using scope = new Scope();
    const port = await serve(async (request, answer) => {
      for await (const _ of request);
      answer.writeHead(200, { Trailer: "X-Sum" });
      answer.write("body");
      answer.addTrailers({ "X-Sum": String(request.trailers["x-count"]) });
      answer.end();
    });
    const request = requestTo(scope, { port, method: { tag: "post" } });
    const body = request.body();
    const future = send(scope, { port }, request);
    OutgoingBody.finish(body, fields(["X-Count", "42"]));
    const incoming = (await response(future)).consume();
    const trailers = IncomingBody.finish(incoming);
    await trailers.subscribe().block();
    const got = trailers.get();
    assert.ok(got?.tag === "ok" && got.val.tag === "ok");
    assert.deepEqual(got.val.val?.get("x-sum").map(text), ["42"]);
    assert.deepEqual(trailers.get(), { tag: "err", val: undefined });
  });

  it("checks a body against the length that it said", async () => {
    await using scope = new Scope();
    const make = (): OutgoingBody => new OutgoingRequest(scope, fields(["content-length", "11"])).body();
    const short = make();
    const output = short.write();
    await output.blockingWriteAndFlush(bytes("msg"));
    output[Symbol.dispose]();
    assert.deepEqual(
      thrown(() => OutgoingBody.finish(short, undefined)),
      { tag: "HTTP-request-body-size", val: 3n },
    );
    const long = make().write();
    await assert.rejects(
      async () => long.blockingWriteAndFlush(bytes("more than 11 bytes")),
      (error: unknown) => {
        const { val } = (error as { payload: { val: IoError } }).payload;
        assert.deepEqual(val.details.http, { tag: "HTTP-request-body-size", val: 18n });
        return true;
      },
    );
  });

  it("breaks off where the guest drops its body", async () => {
    await using scope = new Scope();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const port = await serve((request) => {
      request.on("data", () => body[Symbol.dispose]());
      request.on("error", () => resolve(request.complete));
    });
    const request = requestTo(scope, { port, method: { tag: "post" } });
    const body = request.body();
    const future = send(scope, { port }, request);
    const output = body.write();
    output.checkWrite();
    output.write(bytes("half"));
    assert.equal(await promise, false);
    assert.equal((await failureOf(future)).tag, "connection-terminated");
    assert.deepEqual(
      thrown(() => output.checkWrite()),
      { tag: "closed" },
    );
  });

  it("traps where a body is finished while its stream is in use", () => {
    using scope = new Scope();
    const body = new OutgoingRequest(scope, new Fields()).body();
    body.write();
    assert.throws(() => OutgoingBody.finish(body, undefined), /in use/);
    assert.equal(
      thrown(() => body.write()),
      undefined,
    );
  });

  it("has parts that are taken once", async () => {
    await using scope = new Scope();
    const port = await serve((_request, answer) => answer.end("x"));
    const request = requestTo(scope, { port });
    request.body();
    assert.equal(
      thrown(() => request.body()),
      undefined,
    );
    const future = send(scope, { port });
    assert.equal(future.get(), undefined);
    const answer = await response(future);
    assert.deepEqual(future.get(), { tag: "err", val: undefined });
    const body = answer.consume();
    assert.equal(
      thrown(() => answer.consume()),
      undefined,
    );
    body.stream();
    assert.equal(
      thrown(() => body.stream()),
      undefined,
    );
    assert.throws(() => IncomingBody.finish(body), /in use/);
  });

  it("is checked as it is made", () => {
    using scope = new Scope();
    const request = new OutgoingRequest(scope, new Fields());
    for (const wrong of [
      () => request.setMethod({ tag: "other", val: "bad method" }),
      () => request.setPathWithQuery("/a\r\nb"),
      () => request.setScheme({ tag: "other", val: "1:" }),
      () => request.setAuthority("a b"),
    ]) {
      assert.equal(thrown(wrong), undefined);
    }
    assert.deepEqual(
      [request.method(), request.pathWithQuery(), request.authority()],
      [{ tag: "get" }, undefined, undefined],
    );
  });

  const unsendable: readonly (readonly [string, (request: OutgoingRequest) => void, ErrorCode["tag"]])[] = [
    ["another scheme", (request) => request.setScheme({ tag: "other", val: "ws" }), "HTTP-protocol-error"],
    ["no authority", (request) => request.setAuthority(undefined), "HTTP-request-URI-invalid"],
    ["port 0", (request) => request.setAuthority("localhost:0"), "HTTP-request-URI-invalid"],
    ["CONNECT", (request) => request.setMethod({ tag: "connect" }), "HTTP-request-method-invalid"],
  ];
  for (const [what, change, tag] of unsendable) {
    it(`is refused with ${what}`, () => {
      using scope = new Scope();
      const request = requestTo(scope, { port: 1 });
      change(request);
      assert.deepEqual(
        thrown(() => send(scope, { port: 1 }, request)),
        { tag },
      );
    });
  }

  it("is denied where it was not allowed", async () => {
    await using scope = new Scope();
    const port = await serve((_request, answer) => answer.end());
    const denied = { tag: "HTTP-request-denied" };
    const none: (OutgoingHttpOptions | undefined)[] = [{}, { outgoing: [] }, { outgoing: ["127.0.0.1:1"] }];
    for (const allowed of [...none, { outgoing: ["*.example.com:*", "[::1]:*"] }, { outgoing: () => false }]) {
      assert.deepEqual(
        thrown(() => send(scope, { port, allowed: allowed ?? {} })),
        denied,
      );
    }
    const asked: unknown[] = [];
    for (const outgoing of [
      [`127.0.0.1:${port}`],
      ["127.0.0.0/8"],
      ["*:*"],
      (target: unknown) => asked.push(target) > 0,
    ]) {
      await response(send(scope, { port, path: "/x", allowed: { outgoing } }));
    }
    assert.deepEqual(asked, [{ scheme: "http", host: "127.0.0.1", port, method: "GET", pathWithQuery: "/x" }]);
  });

  it("lets nobody wait for a body that goes nowhere", async () => {
    await using scope = new Scope();
    const closing = createServer();
    const port = await listen(closing);
    closing.close();
    for (const allowed of [{}, { outgoing: "inherit" as const }]) {
      const request = requestTo(scope, { port, method: { tag: "post" } });
      const body = request.body();
      const output = body.write();
      const sending = async (): Promise<never> => {
        for (;;) await output.blockingWriteAndFlush(new Uint8Array(4096));
      };
      try {
        assert.equal((await failureOf(send(scope, { port, allowed }, request))).tag, "connection-refused");
      } catch (error) {
        assert.deepEqual(isWitError(error) && error.payload, { tag: "HTTP-request-denied" });
      }
      await assert.rejects(sending(), (error: unknown) => isWitError(error));
      output[Symbol.dispose]();
      OutgoingBody.finish(body, undefined);
    }
    assert.deepEqual([scope.count("streams"), scope.count("sockets")], [0, 0]);
  });

  it("fails as the network does", async () => {
    await using scope = new Scope();
    const gone = await serve(() => {});
    const closing = createServer();
    const closed = await listen(closing);
    closing.close();
    assert.deepEqual(await failureOf(send(scope, { port: closed })), { tag: "connection-refused" });
    const name = requestTo(scope, { port: gone });
    name.setAuthority("does-not-exist.invalid");
    assert.equal((await failureOf(send(scope, { port: gone }, name))).tag, "DNS-error");
  });

  const answers: readonly (readonly [string, string, ErrorCode["tag"]])[] = [
    ["ends without an answer", "", "connection-terminated"],
    ["speaks something else", "SSH-2.0-x\r\n", "HTTP-protocol-error"],
    [
      "sends a head without end",
      `HTTP/1.1 200 OK\r\nx: ${"x".repeat(70_000)}\r\n\r\n`,
      "HTTP-response-header-section-size",
    ],
    ["sends too many fields", `HTTP/1.1 200 OK\r\n${"a:b\r\n".repeat(600)}\r\n`, "HTTP-response-header-section-size"],
    ["wants another protocol", "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "HTTP-upgrade-failed"],
  ];
  for (const [what, answer, tag] of answers) {
    it(`fails where the server ${what}`, async () => {
      await using scope = new Scope();
      const port = await serveRaw((socket) => socket.end(answer));
      assert.equal((await failureOf(send(scope, { port }))).tag, tag);
    });
  }

  const bodies: readonly (readonly [string, string])[] = [
    ["its length", "Content-Length: 10\r\n\r\nhalf"],
    ["its last chunk", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ];
  for (const [what, rest] of bodies) {
    it(`tells that a body ended before ${what}`, async () => {
      await using scope = new Scope();
      const port = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      assert.deepEqual(await brokenBody(await response(send(scope, { port }))), { tag: "HTTP-response-incomplete" });
    });
  }

  it("goes over TLS to a server that is trusted", async () => {
    await using scope = new Scope();
    const port = await listen(createTlsServer(localhostCertificate, (_request, answer) => answer.end("secret")));
    const request = (authority: string): OutgoingRequest => {
      const made = new OutgoingRequest(scope, new Fields());
      made.setAuthority(authority);
      return made;
    };
    const https = new TlsAgent({ ca: localhostCertificate.cert, keepAlive: false });
    const trusting: Given = { port, allowed: { outgoing: "inherit", agents: { https } } };
    assert.equal(await bodyOf(await response(send(scope, trusting, request(`localhost:${port}`)))), "secret");
    const certificateError = { tag: "TLS-certificate-error" };
    assert.deepEqual(await failureOf(send(scope, trusting, request(`127.0.0.1:${port}`))), certificateError);
    assert.deepEqual(await failureOf(send(scope, { port }, request(`localhost:${port}`))), certificateError);
    const plain = await serve((_request, answer) => answer.end());
    assert.equal((await failureOf(send(scope, { port }, request(`localhost:${plain}`)))).tag, "TLS-protocol-error");
  });

  it("keeps to its timeouts", async () => {
    await using scope = new Scope();
    const silent = await serve(() => {});
    const firstByte = new RequestOptions();
    firstByte.setFirstByteTimeout(20_000_000n);
    assert.equal(firstByte.firstByteTimeout(), 20_000_000n);
    firstByte.setConnectTimeout(0xffff_ffff_ffff_ffffn);
    const late = await failureOf(send(scope, { port: silent, options: firstByte }));
    assert.deepEqual(late, { tag: "connection-read-timeout" });
    const pausing = await serve((_request, answer) => void answer.write("first"));
    const between = new RequestOptions();
    between.setBetweenBytesTimeout(20_000_000n);
    const broken = await brokenBody(await response(send(scope, { port: pausing, options: between })));
    assert.deepEqual(broken, { tag: "connection-read-timeout" });
  });

  it("ends with its future, and with its instance", async () => {
    const scope = new Scope();
    const ended: Promise<unknown>[] = [];
    const port = await serve((request) => {
      request.on("error", () => {});
      ended.push(new Promise((resolve) => request.once("close", resolve)));
    });
    const arrive = async (count: number): Promise<void> => {
      while (ended.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const dropped = send(scope, { port });
    await arrive(1);
    dropped[Symbol.dispose]();
    await ended[0];
    send(scope, { port });
    await arrive(2);
    await scope[Symbol.asyncDispose]();
    await ended[1];
    assert.equal(scope.count("sockets"), 0);
  });

  it("counts as a socket", async () => {
    await using scope = new Scope({ maxSockets: 1 });
    const port = await serve(() => {});
    send(scope, { port });
    assert.deepEqual(
      thrown(() => send(scope, { port })),
      { tag: "connection-limit-reached" },
    );
  });
});

describe("the interfaces of HTTP", () => {
  it("answer at once in every function and method", () => {
    const [types = {}, handler = {}] = Object.values(httpInterfaces(new Scope(), {}));
    for (const member of Object.values(handler)) assert.ok(isSync(member));
    for (const [name, member] of Object.entries(types) as [string, { prototype?: object }][]) {
      if (/^[a-z]/.test(name)) assert.ok(isSync(member), name);
      const prototype = (/^Outgoing(Request|Response)/.test(name) ? Object.getPrototypeOf(member) : member).prototype;
      for (const method of Object.getOwnPropertyNames(/^[A-Z]/.test(name) ? prototype : {})) {
        const isHosts = ["constructor", "frozen", "toRaw", "byteLength", "isReady", "onWake"].includes(method);
        if (!isHosts) assert.ok(isSync(prototype[method]), `${name}.${method}`);
      }
    }
  });
});
