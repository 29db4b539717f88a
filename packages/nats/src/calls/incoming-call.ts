import { type CallHost, isRpcError, type Path, RpcError } from "@witwire/rpc";
import {
  DataFlag,
  type OpenFields,
  type OpenHead,
  type RunningTimer,
  SessionInvocation,
  toWireFailure,
} from "@witwire/rpc/internal";
import type { Peer } from "@witwire/wit/values";
import type { BrokerMessage } from "../broker.ts";
import type { LinkConnection } from "../link-connection.ts";
import { CALL_ID, MessageCall, type MessageCallOptions } from "./message-call.ts";

/** Milliseconds after which a caller learns where the call is, so that it can leave. */
const INTRODUCTION_DELAY = 5;

export interface IncomingCallOptions extends MessageCallOptions {
  readonly host: CallHost;
  readonly connection: LinkConnection;
  /** The client's subject. */
  readonly client: string;
}

/**
 * A call, as its server has it.
 *
 * States: heading (OPEN is not all there) -> open (an implementation has it) or refused -> over.
 */
export class IncomingMessageCall extends MessageCall {
  readonly peer: Peer;
  readonly #host: CallHost;
  #timer: RunningTimer | undefined;
  #clientEnded = false;

  constructor(options: IncomingCallOptions) {
    super(options);
    this.#host = options.host;
    this.peer = { transport: "nats", address: options.client };
    this.connection = options.connection;
    this.own = options.connection.open(this);
    this.other = options.client;
    this.messages.attach(options.connection, this.own, options.client, true);
  }

  /** Takes message 0. */
  begin(data: Uint8Array): void {
    this.read(data);
    if (this.ended) return;
    if (this.invocation === undefined) {
      const { headerTimeout } = this.limits;
      const late = `the head of the call was not complete after ${headerTimeout} ms (limit headerTimeout)`;
      this.#timer = this.timers.guard(headerTimeout, () => this.#refuse(new RpcError("deadline-exceeded", late)));
    }
    // An answer that is there by now leaves in this turn, too, and says all that there is to say.
    if (this.#clientEnded) this.#timer = this.timers.start(INTRODUCTION_DELAY, () => this.#introduce());
    else queueMicrotask(() => this.#introduce());
  }

  breakOff(error: RpcError): void {
    if (this.invocation === undefined) this.#refuse(error);
    else this.invocation.breakOff(error);
  }

  number(): OpenFields {
    throw new TypeError("the opener numbers a call");
  }

  override over(): void {
    this.#timer?.stop();
    super.over();
  }

  override onOpen(head: OpenHead, bytes: Uint8Array, halfEnd: boolean): void {
    if (this.invocation !== undefined || head.id !== CALL_ID) {
      throw new RpcError("protocol", `call ${head.id} was opened; the only one of a subject is ${CALL_ID}`);
    }
    const { target } = this.options;
    if (head.target !== target) throw new RpcError("protocol", "a call names its function, which its subject has done");
    this.#timer?.stop();
    const declared = this.#tooMuch(head) ?? this.#host.admit(target);
    if (isRpcError(declared)) {
      this.#refuse(declared);
      return;
    }
    this.#clientEnded = halfEnd;
    const invocation = new SessionInvocation(this, CALL_ID, declared);
    this.invocation = invocation;
    invocation.receive([], bytes, halfEnd ? DataFlag.halfEnd : 0);
    const deadline = performance.now() + head.timeout / 1000;
    this.#host.invoked({ header: target, invocation, metadata: head.metadata, deadline });
    invocation.settle();
  }

  override onData(id: number, path: Path, bytes: Uint8Array, flags: number): void {
    if ((flags & DataFlag.halfEnd) !== 0) this.#clientEnded = true;
    super.onData(id, path, bytes, flags);
  }

  override onFailure(): void {
    throw new RpcError("protocol", "the opener of the call answered it");
  }

  protected override release(): void {
    this.#timer?.stop();
    super.release();
  }

  protected unreachable(): void {
    const error = "the caller's connection to NATS is gone";
    if (this.watched === undefined) this.fail(new RpcError("unavailable", error));
    else this.watched.fail(error);
  }

  protected receiveMessage({ data, reply }: BrokerMessage): void {
    if (reply === this.other) this.read(data);
  }

  protected violated(error: RpcError): void {
    this.breakOff(error);
  }

  #introduce(): void {
    if (this.ended) return;
    this.watch(this.other ?? "");
    this.messages.introduce();
  }

  #tooMuch({ metadataBytes }: OpenHead): RpcError | undefined {
    const { maxMetadataBytes, maxBufferedBytes } = this.limits;
    const most = this.budget.buffered;
    if (metadataBytes > maxMetadataBytes) {
      const message = `metadata of ${metadataBytes} bytes; there may be ${maxMetadataBytes} (limit maxMetadataBytes)`;
      return new RpcError("resource-exhausted", message, { started: "no", retryable: false });
    }
    if (most < maxBufferedBytes) return undefined;
    const message = `${most} received bytes wait to be read (limit maxBufferedBytes)`;
    return new RpcError("resource-exhausted", message, { started: "no" });
  }

  /** The call does not run. */
  #refuse(error: RpcError): void {
    if (this.ended) return;
    this.sender.frames.failure(CALL_ID, toWireFailure(error));
    this.over();
    this.#host.refused(error, this.peer, this.options.target);
  }
}
