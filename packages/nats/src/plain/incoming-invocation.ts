import { type CallHost, RpcError } from "@witwire/rpc";
import type { Header } from "@witwire/rpc/internal";
import type { BrokerMessage } from "../broker.ts";
import { LEFT, type LinkConnection } from "../link-connection.ts";
import { type Headers, toMetadata } from "./plain-headers.ts";
import { type Encoded, enough, failed, PlainInvocation, type PlainInvocationOptions } from "./plain-invocation.ts";

const noBytes = new Uint8Array(0);

export interface IncomingInvocationOptions extends PlainInvocationOptions {
  readonly host: CallHost;
  readonly target: Header;
  readonly connection: LinkConnection;
  /** The client's subject. */
  readonly client: string;
  readonly headers: Headers;
}

/** An invocation, as its server has it. */
export class IncomingInvocation extends PlainInvocation {
  readonly begun = true;
  protected override readonly lingers = true;
  readonly #call: IncomingInvocationOptions;
  readonly #results: string;

  constructor(options: IncomingInvocationOptions) {
    super(options);
    this.#call = options;
    this.#results = `${options.client}.results`;
    this.connection = options.connection;
    this.own = options.connection.open(this);
  }

  /** Takes the call, with the first bytes of its parameters. */
  begin(data: Uint8Array): void {
    const { host, target, client, headers } = this.#call;
    this.publish(client, noBytes, { reply: this.own });
    if (data.length > 0) this.receiveRoot(data);
    host.invoked({
      header: target,
      invocation: this,
      metadata: toMetadata(headers),
      deadline: Number.POSITIVE_INFINITY,
    });
  }

  breakOff(error: RpcError): void {
    this.break(error);
  }

  receive(rest: string, message: BrokerMessage): void {
    this.receivePath(rest, ".params", message);
  }

  protected sendRoot(bytes: Uint8Array, codec: Encoded): void {
    this.publish(this.#results, bytes, undefined, codec);
  }

  protected endRoot(): void {
    this.publish(this.#results, noBytes);
  }

  protected send(suffix: string, bytes: Uint8Array, codec?: Encoded): void {
    this.publish(`${this.#results}${suffix}`, bytes, undefined, codec);
  }

  protected tell(): void {
    this.publish(this.#results, noBytes, failed);
    for (const suffix of this.sending) this.publish(`${this.#results}${suffix}`, noBytes);
  }

  protected override tellEnough(): void {
    this.publish(this.#results, noBytes, enough);
  }

  protected explain({ status, description }: BrokerMessage): RpcError {
    if (status === LEFT.code) return new RpcError("cancelled", "the caller has given the call up");
    return new RpcError("unknown", `the client broke the call off: ${description} (${status})`);
  }
}
