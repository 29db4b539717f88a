import type { Readable, Writable } from "node:stream";
import { type Duplex, type DuplexEvents, isRpcError, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { BodyWriter } from "./body-writer.ts";

/** A request that is under way, whichever version of HTTP it is in. */
export interface HttpExchange {
  /** Its body. */
  readonly output: Writable;
  /** Called once, when the response begins. */
  onResponse: ((status: number, input: Readable) => void) | undefined;
  /** Breaks it off so that the server notices. */
  abort(): void;
  /** Why it failed, where more is known than the error says. */
  explain(error: Error): RpcError | undefined;
}

/** Bytes of a refusal that are read for its reason. */
const MAX_REASON_BYTES = 1024;

/** The client's side of a POST whose two bodies are the two directions of a byte stream. */
export class RequestDuplex implements Duplex {
  readonly peer: Peer;
  onDrain: (() => void) | undefined;
  readonly #exchange: HttpExchange;
  readonly #body: BodyWriter;
  #events: DuplexEvents | undefined;
  #input: Readable | undefined;
  /** Why the server has refused the call, as far as its reason has come. */
  #refusal: (() => RpcError) | undefined;
  #paused = false;
  #ended = false;
  #over = false;

  constructor(exchange: HttpExchange, peer: Peer) {
    this.#exchange = exchange;
    this.#body = new BodyWriter(exchange.output);
    this.peer = peer;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    const { output } = this.#exchange;
    this.#exchange.onResponse = (status, input) => this.#respond(status, input);
    output.on("drain", () => this.onDrain?.());
    output.on("finish", () => this.#events?.flushed());
    output.on("error", (error) => this.#fail(error));
    output.on("close", () => {
      if (this.#input === undefined) this.#fail(new Error("the request was closed before it was answered"));
      // Inside TLS a server that cuts the connection behind its answer looks as if it had ended in order.
      else if (!output.writableFinished) this.#fail(new Error("the request was closed before all of it was sent"));
    });
  }

  pause(): void {
    this.#paused = true;
    this.#input?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#input?.resume();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#over || this.#ended) return true;
    return this.#body.write(chunks);
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    this.#body.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events = undefined;
    this.#body.drop();
    this.#exchange.abort();
  }

  #respond(status: number, input: Readable): void {
    this.#input = input;
    let ended = false;
    input.on("error", (error) => this.#fail(error));
    input.on("close", () => {
      if (!ended) this.#fail(new Error("the response broke off"));
    });
    if (status !== 200) {
      this.#refused(status, input);
      return;
    }
    input.on("end", () => {
      ended = true;
      this.#events?.end();
    });
    input.on("data", (bytes: Buffer) => this.#events?.data(plainBytes(bytes)));
    if (this.#paused) input.pause();
  }

  #refused(status: number, input: Readable): void {
    let text = "";
    const refusal = (): RpcError => {
      const reason = text.trim() === "" ? "" : `: ${text.trim()}`;
      return refusalOf(status, `${this.peer.address} answered with HTTP status ${status}${reason}`);
    };
    // The status says more than whatever breaks behind it, since nobody reads what is still being sent.
    this.#refusal = refusal;
    input.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1").replaceAll(/[^\x20-\x7e]+/g, " ");
      if (text.length > MAX_REASON_BYTES) {
        text = `${text.slice(0, MAX_REASON_BYTES)}…`;
        this.#fail(refusal());
      }
    });
    input.on("end", () => this.#fail(refusal()));
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const events = this.#events;
    this.#events = undefined;
    const text = `the request to ${this.peer.address} broke: the peer failed the call, or was lost`;
    events?.error(
      isRpcError(error)
        ? error
        : (this.#refusal?.() ?? this.#exchange.explain(error) ?? new RpcError("unknown", text, { cause: error })),
    );
    this.#exchange.abort();
  }
}

const codes: Readonly<Record<number, string>> = {
  401: "unauthenticated",
  403: "permission-denied",
  404: "unimplemented",
  413: "resource-exhausted",
  429: "resource-exhausted",
  431: "resource-exhausted",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/** A server that answers so has not begun the call, unless it is a proxy that has lost it. */
function refusalOf(status: number, message: string): RpcError {
  const started = status < 500 || status === 503 ? "no" : "maybe";
  const tooLarge = status === 413 || status === 431;
  return new RpcError(codes[status] ?? "protocol", message, { started, ...(tooLarge ? { retryable: false } : {}) });
}

function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
