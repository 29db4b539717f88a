import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Held, Scope } from "../scope.ts";
import { errorCodeOf, HttpFailure } from "./error-code.ts";
import { FutureIncomingResponse } from "./future-incoming-response.ts";
import type { RequestedTarget } from "./http-access.ts";
import { IncomingResponse } from "./incoming-response.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import type { RequestTimeouts } from "./request-options.ts";
import { startTimer } from "./timer.ts";

export interface ExchangeOptions {
  readonly target: RequestedTarget;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: OutgoingBody | undefined;
  readonly timeouts: RequestTimeouts;
  readonly agent: Agent;
  /** Bytes of the head of a response, and fields in it. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
}

/** A request on its way and its response, until both are through. It counts as a socket. */
export class Exchange implements Held {
  readonly response: FutureIncomingResponse;
  readonly #scope: Scope;
  readonly #options: ExchangeOptions;
  readonly #request: ClientRequest;

  /** @throws Error of Node's for a request that it cannot send */
  constructor(scope: Scope, options: ExchangeOptions) {
    const { target, headers, agent, maxHeaderBytes, body } = options;
    const { scheme, host, port, method, pathWithQuery } = target;
    const send = scheme === "https" ? httpsRequest : httpRequest;
    this.#scope = scope;
    this.#options = options;
    this.#request = send({
      ...{ host, port, method, path: pathWithQuery, agent },
      maxHeaderSize: maxHeaderBytes,
      headers: headers as string[],
    });
    this.response = new FutureIncomingResponse(scope, () => this[Symbol.dispose]());
    scope.add("sockets", this);
    this.#observe(this.#request);
    if (body === undefined) this.#request.end();
    else OutgoingBody.attach(body, this.#request);
  }

  /** Breaks off. */
  [Symbol.dispose](): void {
    this.#request.destroy();
    this.#scope.delete("sockets", this);
  }

  #observe(request: ClientRequest): void {
    // Node would leave out what is too much; here it is refused.
    request.maxHeadersCount = 0;
    const { timeouts } = this.#options;
    let timer = this.#timer(timeouts.connect, "connection-timeout");
    const connected = (): void => {
      clearTimeout(timer);
      timer = this.#timer(timeouts.firstByte, "connection-read-timeout");
    };
    request.once("socket", (socket: Socket) => {
      if (!socket.connecting) connected();
      else socket.once(this.#options.target.scheme === "https" ? "secureConnect" : "connect", connected);
    });
    request.once("response", (message) => {
      clearTimeout(timer);
      this.#receive(message);
    });
    request.once("upgrade", (_message, socket) => {
      socket.destroy();
      this.#fail(new HttpFailure({ tag: "HTTP-upgrade-failed" }));
    });
    request.on("error", (error) => this.#fail(error));
    request.once("close", () => {
      clearTimeout(timer);
      this.#fail(new HttpFailure({ tag: "connection-terminated" }));
      this.#scope.delete("sockets", this);
    });
  }

  #timer(milliseconds: number, tag: "connection-timeout" | "connection-read-timeout"): NodeJS.Timeout | undefined {
    return startTimer(milliseconds, () => this.#request.destroy(new HttpFailure({ tag })));
  }

  #receive(message: IncomingMessage): void {
    message.on("error", () => {});
    const { maxHeaders, timeouts } = this.#options;
    if (message.rawHeaders.length / 2 > maxHeaders) {
      this.#request.destroy(new HttpFailure({ tag: "HTTP-response-header-section-size", val: undefined }));
      return;
    }
    const response = new IncomingResponse(this.#scope, message, timeouts.betweenBytes);
    FutureIncomingResponse.settle(this.response, { tag: "ok", val: response });
  }

  #fail(error: Error): void {
    FutureIncomingResponse.settle(this.response, { tag: "err", val: errorCodeOf(error) });
  }
}
