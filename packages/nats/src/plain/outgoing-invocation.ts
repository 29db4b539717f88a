import { type OpenRequest, RpcError } from "@witwire/rpc";
import type { BrokerMessage } from "../broker.ts";
import { type LinkConnection, NO_RESPONDERS } from "../link-connection.ts";
import { type Headers, headerBytes, toHeaders } from "./plain-headers.ts";
import { type Encoded, left, PlainInvocation, type PlainInvocationOptions } from "./plain-invocation.ts";

/** Bytes that wait for the server's answer, beyond which writers should. */
const HIGH_WATER_BYTES = 256 * 1024;

const noBytes = new Uint8Array(0);

export interface OutgoingInvocationOptions extends PlainInvocationOptions {
  readonly request: OpenRequest;
  readonly subject: string;
}

/**
 * An invocation, as its client has it.
 *
 * States: gathering (until the parameters are there, and a connection is) -> asking (the call was sent) -> taken (a server
 * has answered; everything else is sent to it).
 */
export class OutgoingInvocation extends PlainInvocation {
  readonly #request: OpenRequest;
  readonly #subject: string;
  readonly #headers: Headers | undefined;
  #root: Uint8Array = noBytes;
  /** What encoded the root, where it was a single value. */
  #rootCodec: Encoded;
  #rootEnded = false;
  #asked = false;
  /** The server's subject. */
  #server: string | undefined;
  /** What waits for it, by the ends of subjects. */
  #waiting: (readonly [suffix: string, bytes: Uint8Array, codec?: Encoded])[] = [];
  #waitingBytes = 0;

  /** @throws RpcError `invalid-argument` for metadata that headers cannot carry, `resource-exhausted` for too much of it */
  constructor(options: OutgoingInvocationOptions) {
    super(options);
    this.#request = options.request;
    this.#subject = options.subject;
    this.#headers = toHeaders(options.request.metadata);
    const { maxMetadataBytes } = options.limits;
    if (headerBytes(this.#headers) > maxMetadataBytes) {
      throw new RpcError(
        "resource-exhausted",
        `headers of ${headerBytes(this.#headers)} bytes; there may be ${maxMetadataBytes} (limit maxMetadataBytes)`,
        { started: "no" },
      );
    }
  }

  /** What there is to be seen of it elsewhere. */
  get invocation(): PlainInvocation {
    return this;
  }

  get begun(): boolean {
    return this.#asked;
  }

  /** There is a connection. */
  begin(connection: LinkConnection): void {
    this.connection = connection;
    this.#ask();
  }

  /** There will be none. */
  abandon(error: RpcError): void {
    this.broken(error);
  }

  override lost(error: RpcError): void {
    if (this.#asked) super.lost(error);
    else this.abandon(new RpcError("unavailable", error.message, { started: "no", cause: error }));
  }

  override refused(subject: string, error: Error): void {
    if (subject !== this.#subject || this.#server !== undefined) return;
    this.broken(new RpcError("permission-denied", error.message, { started: "no", cause: error }));
  }

  receive(rest: string, message: BrokerMessage): void {
    if (rest !== "") {
      // A second server may have taken the call, too, and must not meddle with the first one's result.
      const stranger = message.reply !== undefined && message.reply !== this.#server;
      if (!stranger) this.receivePath(rest, ".results", message);
    } else if (this.#server === undefined) this.#answered(message);
    else if (message.reply !== undefined && message.reply !== this.#server) {
      this.publish(`${message.reply}.params`, noBytes, left);
    }
  }

  protected sendRoot(bytes: Uint8Array, codec: Encoded): void {
    if (this.#root.length === 0) {
      this.#root = bytes;
      this.#rootCodec = codec;
    } else {
      this.#rootCodec = undefined;
      const joined = new Uint8Array(this.#root.length + bytes.length);
      joined.set(this.#root);
      joined.set(bytes, this.#root.length);
      this.#root = joined;
    }
  }

  protected endRoot(): void {
    this.#rootEnded = true;
    this.#ask();
  }

  protected send(suffix: string, bytes: Uint8Array, codec?: Encoded): void {
    if (this.#server !== undefined) this.publish(`${this.#server}.params${suffix}`, bytes, undefined, codec);
    else {
      this.#waiting.push([suffix, bytes, codec]);
      this.#waitingBytes += bytes.length;
    }
  }

  protected override get mustWait(): boolean {
    return this.#server === undefined ? this.#waitingBytes >= HIGH_WATER_BYTES : super.mustWait;
  }

  protected tell(): void {
    if (this.#server === undefined) return;
    this.publish(`${this.#server}.params`, noBytes, left);
    for (const suffix of this.sending) this.publish(`${this.#server}.params${suffix}`, noBytes);
  }

  protected explain({ status, description }: BrokerMessage): RpcError {
    return new RpcError("unknown", `the server failed the call: ${description} (${status})`);
  }

  /** Sends the call, with as much of the parameters as there is room for. */
  #ask(): void {
    const { connection } = this;
    if (connection === undefined || !this.#rootEnded || this.#asked || this.isOver) return;
    this.#asked = true;
    this.own = connection.open(this);
    const room = Math.max(0, connection.broker.maxPayload - this.own.length - headerBytes(this.#headers));
    const parts = this.#root.length <= room ? [this.#root] : this.#firstAndRest(room);
    if (parts instanceof RpcError) {
      this.abandon(parts);
      return;
    }
    const [first = noBytes, ...rest] = parts;
    this.#waiting.unshift(...rest.map((part) => ["", part] as const), ["", noBytes]);
    connection.publish(this.#subject, first, { reply: this.own, headers: this.#headers });
    this.#root = noBytes;
  }

  /** What there is room for in the first message, and what follows in further ones. */
  #firstAndRest(room: number): readonly Uint8Array[] | RpcError {
    if (this.options.readsOnce) return this.cut(this.#root, room, this.#rootCodec);
    return [this.#root.subarray(0, room), this.#root.subarray(room)];
  }

  #answered({ reply, status, description }: BrokerMessage): void {
    if (status === NO_RESPONDERS) {
      const { instance, name } = this.#request;
      const what = instance === "" ? name : `${instance}.${name}`;
      this.broken(
        new RpcError(
          "unavailable",
          `nobody serves ${what} on the subject ${this.#subject} (${this.peer.address ?? "NATS"})`,
          { started: "no" },
        ),
      );
    } else if (reply === undefined) {
      const what = status === 0 ? "an answer without a reply subject" : `status ${status}: ${description}`;
      this.broken(new RpcError("protocol", `the call was answered with ${what}`));
    } else {
      this.#server = reply;
      for (const [suffix, bytes, codec] of this.#waiting.splice(0)) {
        this.publish(`${reply}.params${suffix}`, bytes, undefined, codec);
      }
      if (this.connection?.congested === true) this.connection.whenDrained(() => this.gate.open());
      else this.gate.open();
    }
  }
}
