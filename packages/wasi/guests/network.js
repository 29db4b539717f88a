// The world `network`, run by QuickJS: what programs do with sockets and HTTP, one task per call.
import { listening } from "guests:network/observer";
import outgoingHandler from "wasi:http/outgoing-handler@0.2.0";
import http from "wasi:http/types@0.2.0";
import instanceNetwork from "wasi:sockets/instance-network@0.2.0";
import lookup from "wasi:sockets/ip-name-lookup@0.2.0";
import tcp from "wasi:sockets/tcp-create-socket@0.2.0";
import udp from "wasi:sockets/udp-create-socket@0.2.0";

// QuickJS has no TextEncoder; ASCII is enough here.
const encode = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const decode = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const payloadOf = (error) => error?.payload ?? error;
const drop = (...resources) => {
  for (const resource of resources) resource[Symbol.dispose]();
};
const network = () => instanceNetwork.instanceNetwork();
const loopback = (port) => ({ tag: "ipv4", val: { port: Number(port), address: [127, 0, 0, 1] } });

/** What a call answered with `err`: an error code, or the tag of a variant. */
function errorOf(action) {
  try {
    action();
    return "no error";
  } catch (error) {
    const payload = payloadOf(error);
    return String(payload?.tag ?? payload);
  }
}

/** Waits for what is subscribed to. */
function wait(subscribable) {
  const pollable = subscribable.subscribe();
  pollable.block();
  drop(pollable);
}

/** Does something again and again as long as it would block. */
function finish(subscribable, action) {
  for (;;) {
    try {
      return action();
    } catch (error) {
      if (payloadOf(error) !== "would-block") throw error;
    }
    wait(subscribable);
  }
}

/** The next bytes of a stream; nothing at its end. */
function next(stream) {
  try {
    return stream.blockingRead(65536);
  } catch (error) {
    if (payloadOf(error).tag === "closed") return undefined;
    throw error;
  }
}

function readAll(stream) {
  let text = "";
  for (let chunk = next(stream); chunk !== undefined; chunk = next(stream)) text += decode(chunk);
  return text;
}

function connect(port) {
  const socket = tcp.createTcpSocket("ipv4");
  socket.startConnect(network(), loopback(port));
  return [socket, ...finish(socket, () => socket.finishConnect())];
}

function boundUdp() {
  const socket = udp.createUdpSocket("ipv4");
  socket.startBind(network(), loopback(0));
  socket.finishBind();
  return socket;
}

/** Sends a request; the body is written in pieces. */
function send(url, body) {
  const [, authority, path] = /^http:\/\/([^/]+)(\/.*)$/.exec(url);
  const request = new http.OutgoingRequest(http.Fields.fromList([["X-Guest", encode("QuickJS")]]));
  request.setScheme({ tag: "HTTP" });
  request.setAuthority(authority);
  request.setPathWithQuery(path);
  if (body === undefined) return outgoingHandler.handle(request, null);
  request.setMethod({ tag: "post" });
  const outgoing = request.body();
  const future = outgoingHandler.handle(request, null);
  const output = outgoing.write();
  for (const word of body.split(" ")) output.blockingWriteAndFlush(encode(`${word} `));
  drop(output);
  http.OutgoingBody.finish(outgoing, null);
  return future;
}

/** The status and the body of a response. */
function receive(future) {
  wait(future);
  const { tag, val } = future.get().val;
  if (tag === "err") return `failed: ${val.tag}`;
  const kind = val.headers().get("content-type").map(decode);
  const body = val.consume();
  const input = body.stream();
  const text = readAll(input);
  drop(input);
  const trailers = http.IncomingBody.finish(body);
  wait(trailers);
  const count = trailers.get().val.val?.entries().length ?? 0;
  return JSON.stringify([val.status(), kind, text, count]);
}

const tasks = {
  tcpClient: (port) => {
    const [socket, input, output] = connect(port);
    output.blockingWriteAndFlush(encode("hello from the guest"));
    socket.shutdown("send");
    const answer = readAll(input);
    drop(input, output, socket);
    return answer;
  },
  // Sends everything that one client sends back to it.
  tcpServer: () => {
    const server = tcp.createTcpSocket("ipv4");
    server.startBind(network(), loopback(0));
    finish(server, () => server.finishBind());
    server.startListen();
    finish(server, () => server.finishListen());
    listening(server.localAddress().val.port);
    const [client, input, output] = finish(server, () => server.accept());
    let count = 0;
    for (let chunk = next(input); chunk !== undefined; chunk = next(input)) {
      for (let start = 0; start < chunk.length; start += 4096) {
        output.blockingWriteAndFlush(chunk.subarray(start, start + 4096));
      }
      count += chunk.length;
    }
    drop(input, output, client, server);
    return String(count);
  },
  udp: (port) => {
    const socket = boundUdp();
    const [incoming, outgoing] = socket.stream(loopback(port));
    outgoing.checkSend();
    outgoing.send([{ data: encode("datagram"), remoteAddress: null }]);
    wait(incoming);
    const [{ data, remoteAddress }] = incoming.receive(10);
    return `${decode(data)} from ${remoteAddress.val.port}`;
  },
  lookup: (name) => {
    const stream = lookup.resolveAddresses(network(), name);
    const addresses = [];
    for (;;) {
      const address = finish(stream, () => stream.resolveNextAddress());
      if (address === null || address === undefined) return addresses.join(" ");
      addresses.push(address.val.join("."));
    }
  },
  refused: (port) => {
    const bind = (socket) => socket.startBind(network(), loopback(0));
    return [
      errorOf(() => connect(port)),
      errorOf(() => bind(tcp.createTcpSocket("ipv4"))),
      errorOf(() => bind(udp.createUdpSocket("ipv4"))),
      errorOf(() => lookup.resolveAddresses(network(), "localhost")),
      errorOf(() => send(`http://127.0.0.1:${port}/`)),
    ].join(" ");
  },
  get: (url) => receive(send(url)),
  post: (url) => receive(send(url, "one two three")),
};

export const run = (task, argument) => tasks[task](argument);

/** Answers with what it was asked, in a body that is a stream. */
function echo(request, responseOut) {
  const type = request.headers().get("content-type");
  const response = new http.OutgoingResponse(http.Fields.fromList(type.map((value) => ["content-type", value])));
  response.setStatusCode(201);
  const body = response.body();
  http.ResponseOutparam.set(responseOut, { tag: "ok", val: response });
  const output = body.write();
  output.blockingWriteAndFlush(encode(`${request.method().tag} ${request.pathWithQuery()}\n`));
  const incoming = request.consume();
  const input = incoming.stream();
  for (let chunk = next(input); chunk !== undefined; chunk = next(input)) {
    for (let start = 0; start < chunk.length; start += 4096) {
      output.blockingWriteAndFlush(chunk.subarray(start, start + 4096));
    }
  }
  drop(input, incoming, output);
  http.OutgoingBody.finish(body, http.Fields.fromList([["X-End", encode("yes")]]));
}

/** Answers with what another server answers. */
function forward(url, responseOut) {
  const future = send(url);
  wait(future);
  const incomingResponse = future.get().val.val;
  const response = new http.OutgoingResponse(new http.Fields());
  response.setStatusCode(incomingResponse.status());
  const body = response.body();
  http.ResponseOutparam.set(responseOut, { tag: "ok", val: response });
  const output = body.write();
  const incoming = incomingResponse.consume();
  const input = incoming.stream();
  try {
    for (;;) output.blockingSplice(input, 65536);
  } catch (error) {
    if (payloadOf(error).tag !== "closed") throw error;
  }
  drop(input, incoming, output);
  http.OutgoingBody.finish(body, null);
}

export const incomingHandler = {
  handle(request, responseOut) {
    const path = request.pathWithQuery();
    if (path === "/silent") return;
    if (path === "/trap") throw new Error("a trap on purpose");
    if (path === "/denied") {
      http.ResponseOutparam.set(responseOut, { tag: "err", val: { tag: "HTTP-request-denied" } });
    } else if (path.startsWith("/forward/")) {
      forward(`http://127.0.0.1:${path.slice("/forward/".length)}/`, responseOut);
    } else {
      echo(request, responseOut);
    }
  },
};
