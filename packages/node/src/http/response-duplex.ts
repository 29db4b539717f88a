import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { type Accompaniment, type Duplex, type DuplexEvents, isRpcError, type RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { builtIns } from "../built-ins.ts";
import { resetSocket } from "../reset-socket.ts";
import { BodyWriter } from "./body-writer.ts";

/** A request of either version of HTTP, and what answers it. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Milliseconds that a caller has to read why it was refused, while what it still sends is thrown away. */
const PATIENCE = 1000;

/** The server's side of a POST whose two bodies are the two directions of a byte stream. */
export class ResponseDuplex implements Duplex {
  readonly peer: Peer;
  readonly accompaniment: Accompaniment;
  readonly refusal: RpcError | undefined;
  onDrain: (() => void) | undefined;
  readonly #request: HttpRequest;
  readonly #response: HttpResponse;
  readonly #body: BodyWriter;
  #events: DuplexEvents | undefined;
  #received = false;
  #ended = false;
  #over = false;

  constructor(
    [request, response]: readonly [HttpRequest, HttpResponse],
    peer: Peer,
    accompaniment: Accompaniment,
    refusal: RpcError | undefined,
  ) {
    this.#request = request;
    this.#response = response;
    this.#body = new BodyWriter(response as ServerResponse);
    this.peer = peer;
    this.accompaniment = accompaniment;
    this.refusal = refusal;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    const [request, response] = [this.#request as IncomingMessage, this.#response as ServerResponse];
    request.on("data", (bytes: Buffer) => this.#events?.data(plainBytes(bytes)));
    request.on("end", () => {
      this.#received = true;
      this.#events?.end();
    });
    request.on("error", (error) => this.#fail(error));
    request.on("aborted", () => this.#fail(new Error("the request broke off")));
    response.on("drain", () => this.onDrain?.());
    response.on("finish", () => this.#events?.flushed());
    response.on("error", (error) => this.#fail(error));
    request.on("close", () => {
      if (!this.#received) this.#fail(new Error("the connection was closed"));
    });
    response.on("close", () => {
      if (!this.#response.writableFinished) this.#fail(new Error("the connection was closed"));
    });
  }

  pause(): void {
    this.#request.pause();
  }

  resume(): void {
    this.#request.resume();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#over || this.#ended) return true;
    this.#begin();
    return this.#body.write(chunks);
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    this.#begin();
    this.#body.end();
  }

  /** Nothing but a status can say why, and only while there is no response yet; the text is for people. */
  abort(reason?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#events = undefined;
    this.#body.drop();
    if (isRpcError(reason) && isTooLarge(reason)) this.#refuse(reason);
    else this.#break();
  }

  /** Says that a call was too large, and has not begun. */
  #refuse({ message }: RpcError): void {
    const [request, response] = [this.#request as IncomingMessage, this.#response as ServerResponse];
    if (response.headersSent || response.destroyed) {
      this.#break();
      return;
    }
    const closing = "stream" in this.#response ? {} : { connection: "close" };
    response.writeHead(413, { "content-type": "text/plain", ...closing });
    response.end(`${message}\n`);
    // Cut at once, the connection would take the answer along with it.
    request.resume();
    const timer = setTimeout(() => this.#break(), PATIENCE).unref();
    request.once("end", () => clearTimeout(timer));
    request.once("close", () => clearTimeout(timer));
  }

  #begin(): void {
    const response = this.#response as ServerResponse;
    // Otherwise Node would end the connection with the response, whatever the caller still sends.
    if (!("stream" in this.#response)) response.shouldKeepAlive = true;
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/octet-stream" });
  }

  #break(): void {
    if ("stream" in this.#response) {
      this.#response.stream?.close(builtIns.http2.constants.NGHTTP2_INTERNAL_ERROR);
      return;
    }
    const { socket } = this.#request as IncomingMessage;
    if ("encrypted" in socket) socket.destroy();
    else if (!socket.destroyed) resetSocket(socket);
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#events?.error(error);
    this.#events = undefined;
    this.#break();
  }
}

/** Whether a call reached a limit by itself, before its implementation was called. */
function isTooLarge({ code, started, retryable }: RpcError): boolean {
  return code === "resource-exhausted" && started !== "yes" && !retryable;
}

function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
