import { type OpenRequest, RpcError } from "@witwire/rpc";
import {
  encodeMetadata,
  type OpenFields,
  type OutgoingRequest,
  type RunningTimer,
  SessionInvocation,
  type WireFailure,
} from "@witwire/rpc/internal";
import type { Peer } from "@witwire/wit/values";
import type { BrokerMessage } from "../broker.ts";
import type { LinkConnection } from "../link-connection.ts";
import { LEFT } from "../link-connection.ts";
import { MessageCall, type MessageCallOptions } from "./message-call.ts";

/** How often a call is offered to a group before the last refusal counts. */
const MAX_ATTEMPTS = 8;

const noBytes = new Uint8Array(0);

export interface OutgoingCallOptions extends MessageCallOptions {
  readonly request: OpenRequest;
  /** The paths besides the root on which the server may send. */
  readonly declared: OpenRequest["asyncPaths"];
  readonly subject: string;
  readonly peer: Peer;
}

/**
 * A call, as its client has it.
 *
 * States: waiting (for a connection) -> asking (message 0 was sent, and nobody has answered) -> bound (a server has; its
 * subject is known) -> over. From asking it is over at once by an answer that is complete, and comes back to itself where a
 * server takes no more calls.
 */
export class OutgoingCall extends MessageCall {
  readonly peer: Peer;
  override readonly invocation: SessionInvocation;
  readonly #subject: string;
  readonly #metadata: Uint8Array | undefined;
  readonly #deadline: number;
  #attempts = 0;
  /** Set while the only frames of an answer without reply are read. */
  #refusal: WireFailure | undefined;
  #readsWhole = false;
  #retry: RunningTimer | undefined;

  /** @throws RpcError `invalid-argument` for metadata that is none, `resource-exhausted` for too much of it */
  constructor(options: OutgoingCallOptions) {
    super(options);
    const { request, limits, declared } = options;
    this.peer = options.peer;
    this.#subject = options.subject;
    this.#metadata = encodeMetadata(request.metadata);
    if (this.#metadata !== undefined && this.#metadata.length > limits.maxMetadataBytes) {
      throw new RpcError(
        "resource-exhausted",
        `metadata of ${this.#metadata.length} bytes; there may be ${limits.maxMetadataBytes} (limit maxMetadataBytes)`,
        { started: "no" },
      );
    }
    this.#deadline = performance.now() + request.timeout;
    const outgoing: OutgoingRequest = { target: options.target, deadline: this.#deadline, metadata: this.#metadata };
    this.invocation = new SessionInvocation(this, outgoing, declared);
  }

  /** There is a connection: the call leaves. */
  begin(connection: LinkConnection): void {
    this.connection = connection;
    this.own = connection.open(this);
    this.messages.attach(connection, this.own, this.#subject, false);
    this.invocation.admit();
  }

  /** There will be none. */
  abandon(error: RpcError): void {
    this.fail(error);
  }

  number(): OpenFields {
    this.invocation.id = 1;
    const remaining = this.#deadline - performance.now();
    const timeout = remaining <= 0 ? 0 : Math.ceil(remaining * 1000);
    return { target: 0, timeout, metadata: this.#metadata };
  }

  override refused(subject: string, error: Error): void {
    if (subject !== this.#subject || this.other !== undefined) return;
    this.fail(new RpcError("permission-denied", error.message, { started: "no", cause: error }));
  }

  override over(): void {
    super.over();
    this.#retry?.stop();
    // As long as nobody has answered there is nobody to tell; whoever does is told by the connection.
    if (this.other === undefined) this.release();
  }

  override lost(error: RpcError): void {
    if (this.messages.count > 0) super.lost(error);
    else super.lost(new RpcError("unavailable", error.message, { started: "no", cause: error }));
  }

  override onFailure(id: number, failure: WireFailure): void {
    const mayRetry = this.#readsWhole && failure.retryable && failure.started === 0;
    if (mayRetry && ++this.#attempts < MAX_ATTEMPTS) this.#refusal = failure;
    else super.onFailure(id, failure);
  }

  override onCancel(): void {
    throw new RpcError("protocol", "the call was cancelled by its answerer");
  }

  protected unreachable(): void {
    if (this.other === undefined) {
      const { instance, name } = this.options.target;
      const what = instance === "" ? name : `${instance}.${name}`;
      const message = `nobody serves ${what} on the subject ${this.#subject} (${this.peer.address ?? "NATS"})`;
      this.fail(new RpcError("unavailable", message, { started: "no" }));
    } else this.watched?.fail("the server's connection to NATS is gone");
  }

  protected receiveMessage({ data, reply }: BrokerMessage): void {
    if (this.other !== undefined) {
      if (reply === this.other) this.read(data);
      else if (reply !== undefined && data[0] === 0) {
        this.connection?.publish(reply, noBytes, { reply: this.own, status: LEFT });
      }
      return;
    }
    if (data[0] !== 0) return;
    if (reply !== undefined) {
      this.#bind(reply);
      this.read(data);
    } else this.#readWhole(data);
  }

  protected violated(error: RpcError): void {
    this.invocation.breakOff(error);
  }

  #bind(reply: string): void {
    this.watch(reply);
    try {
      this.messages.bind(reply);
    } catch (error) {
      this.lost(RpcError.from(error));
    }
  }

  /** Reads an answer that has to be complete. */
  #readWhole(data: Uint8Array): void {
    this.#readsWhole = true;
    this.read(data);
    this.#readsWhole = false;
    if (this.#refusal !== undefined) this.#askAgain();
    else if (!this.ended) this.violated(new RpcError("protocol", "an answer without a reply subject is not complete"));
  }

  #askAgain(): void {
    this.#refusal = undefined;
    this.readAnew();
    const most = 2 ** this.#attempts;
    this.#retry = this.timers.start(Math.random() * most, () => this.messages.again());
  }
}
