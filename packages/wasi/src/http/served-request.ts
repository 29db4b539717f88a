import type { IncomingMessage, ServerResponse } from "node:http";
import { statusOf } from "./error-status.ts";
import { contentLength } from "./fields.ts";
import type { HttpGuest } from "./http-guest.ts";
import { IncomingRequest } from "./incoming-request.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { OutgoingResponse } from "./outgoing-response.ts";
import { type GuestResponse, ResponseOutparam } from "./response-outparam.ts";
import { longestTimer, startTimer } from "./timer.ts";

export interface ServeTimeouts {
  /** Milliseconds until the guest must have answered. */
  readonly timeout: number;
  /** Milliseconds without progress of a body. */
  readonly idleTimeout: number;
}

/** Thrown away with a call whose client has gone, or has waited long enough. */
export class RequestAbandoned extends Error {
  override readonly name: string = "RequestAbandoned";
}

/**
 * One request of a client, answered by a guest. The head goes out as soon as the guest sets it; a guest that ends or
 * fails before gives 500, one that takes too long 504, and one that leaves its body unfinished a broken connection.
 */
export class ServedRequest {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #timeouts: ServeTimeouts;
  readonly #controller = new AbortController();
  #answered = false;
  #body: OutgoingBody | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, timeouts: ServeTimeouts) {
    this.#message = message;
    this.#response = response;
    this.#timeouts = timeouts;
    message.on("error", () => {});
    response.on("error", () => {});
    response.once("close", () => {
      if (!response.writableFinished) this.#abandon("the client went away");
    });
    this.#watchProgress();
  }

  /** Runs the guest. Throws what the guest, or the one who makes it, threw; the client has got its answer then. */
  async run(open: (message: IncomingMessage) => HttpGuest | Promise<HttpGuest>): Promise<void> {
    let guest: HttpGuest;
    try {
      guest = await open(this.#message);
    } catch (error) {
      this.#refuse(500);
      throw error;
    }
    const timer = this.#watchAnswer();
    let failed = true;
    try {
      await this.#call(guest);
      failed = false;
    } finally {
      clearTimeout(timer);
      this.#guestEnded();
      await guest.release?.(failed);
    }
  }

  /** Until the guest has returned, or nobody waits for it any more. */
  #call(guest: HttpGuest): Promise<unknown> {
    const { signal } = this.#controller;
    const request = new IncomingRequest(guest.scope, this.#message, this.#timeouts.idleTimeout);
    const responseOut = new ResponseOutparam((response) => this.#answer(response));
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      const call = async (): Promise<unknown> => guest.handle(request, responseOut, { signal });
      call().then(resolve, reject);
    });
  }

  #answer(answer: GuestResponse | undefined): void {
    if (answer?.tag === "ok") this.#send(answer.val);
    else this.#refuse(answer === undefined ? 500 : statusOf(answer.val));
  }

  #send(answer: OutgoingResponse): void {
    const body = OutgoingResponse.bodyOf(answer);
    if (!this.#sendHead(answer, body)) {
      this.#refuse(500);
      // Who writes it would wait for ever for somebody to take it.
      body?.[Symbol.dispose]();
      return;
    }
    this.#body = body;
    if (body === undefined) this.#response.end();
    else OutgoingBody.attach(body, this.#response);
  }

  /** @returns whether the head went out; a second one does not, nor one that promises what will not come */
  #sendHead(answer: OutgoingResponse, body: OutgoingBody | undefined): boolean {
    if (this.#answered || this.#response.destroyed) return false;
    const headers = answer.headers();
    const status = answer.statusCode();
    const raw = headers.toRaw();
    const length = contentLength(headers);
    const isBare = this.#message.method === "HEAD" || status === 204 || status === 304;
    if (length === "invalid") return false;
    if (body === undefined && !isBare) {
      if (length !== undefined && length > 0n) return false;
      if (length === undefined) raw.push("Content-Length", "0");
    }
    try {
      this.#response.writeHead(status, raw);
    } catch {
      return false;
    }
    this.#answered = true;
    if (body !== undefined) this.#flushSoon();
    return true;
  }

  /** In the next turn of the event loop, so that a body that comes at once leaves together with the head. */
  #flushSoon(): void {
    const { socket } = this.#response;
    socket?.cork();
    this.#response.flushHeaders();
    setImmediate(() => socket?.uncork());
  }

  /** An answer of the host's. */
  #refuse(status: number): void {
    if (this.#answered || this.#response.destroyed) return;
    this.#answered = true;
    this.#response.writeHead(status, { "Content-Length": 0 }).end();
  }

  /** Nobody is left to answer, or to write the rest of a body. */
  #guestEnded(): void {
    this.#refuse(500);
    this.#body?.[Symbol.dispose]();
  }

  #abandon(why: string): void {
    this.#controller.abort(new RequestAbandoned(why));
  }

  #watchAnswer(): NodeJS.Timeout | undefined {
    const { timeout } = this.#timeouts;
    return startTimer(timeout, () => {
      if (this.#answered) return;
      this.#refuse(504);
      this.#abandon(`the guest did not answer within ${timeout} ms`);
    });
  }

  /** A client that takes nothing of what waits for it is given up. */
  #watchProgress(): void {
    const { idleTimeout } = this.#timeouts;
    if (idleTimeout > longestTimer) return;
    const response = this.#response;
    response.setTimeout(idleTimeout, () => {
      if (response.writableLength > 0) response.destroy();
      else response.setTimeout(idleTimeout);
    });
  }
}
