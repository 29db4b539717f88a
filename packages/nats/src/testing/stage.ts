import assert from "node:assert/strict";
import {
  createClient,
  createServer,
  type DynamicClient,
  type FailedCall,
  type InvocationTransport,
  isRpcError,
  type Limits,
  processBufferedBytes,
  type RpcErrorCode,
  resolveLimits,
  type Server,
} from "@witwire/rpc";
import type { InterfaceRef } from "@witwire/wit/model";
import type { CallContext } from "@witwire/wit/values";
import type { BrokerMessage, MessageOptions } from "../broker.ts";
import { connect } from "../connect.ts";
import { Link } from "../link.ts";
import { listen, type NatsListener } from "../listen.ts";
import { bytesOf } from "./documented.ts";
import type { Scheme } from "./harness.ts";
import { MemoryBroker, type MemoryConnection } from "./memory-broker.ts";

/** One broker in memory, with servers, clients and peers that are played by hand. Leaving it checks that nothing is left. */
export class Stage implements AsyncDisposable {
  readonly broker: MemoryBroker;
  readonly scheme: Scheme;
  readonly failures: FailedCall[] = [];
  readonly servers: Server[] = [];
  readonly transports: InvocationTransport[] = [];
  /** The connections of servers and clients, in the order in which they were made. */
  readonly connections: MemoryConnection[] = [];
  /** Whether connecting works. */
  reachable = true;
  readonly #links: Link[] = [];

  constructor(scheme: Scheme = "nats", broker: MemoryBroker = new MemoryBroker()) {
    this.scheme = scheme;
    this.broker = broker;
  }

  link(limits: Partial<Limits> = {}): Link {
    const dial = async (): Promise<MemoryConnection> => {
      if (!this.reachable) throw new Error("connection refused");
      const connection = this.broker.connect();
      this.connections.push(connection);
      return connection;
    };
    const link = new Link(dial, resolveLimits(limits), "the broker in memory");
    this.#links.push(link);
    return link;
  }

  async serve(
    contract: InterfaceRef,
    implementation: object,
    { limits = {}, address = "" }: { limits?: Partial<Limits>; address?: string } = {},
  ): Promise<{ server: Server; listener: NatsListener; link: Link }> {
    const server = createServer({ limits, onFailure: (failure) => this.failures.push(failure) });
    this.servers.push(server);
    const unused = contract.functions.map(({ name }) => [name, () => assert.fail(`${name} was not to be called`)]);
    server.serve(contract, { ...Object.fromEntries(unused), ...implementation } as never);
    const link = this.link(limits);
    const listener = await listen(server, `${this.scheme}://memory/${address}`, { link });
    return { server, listener, link };
  }

  transport(limits: Partial<Limits> = {}, address = ""): InvocationTransport {
    const transport = connect(`${this.scheme}://memory/${address}`, { link: this.link(limits), limits });
    this.transports.push(transport);
    return transport;
  }

  client(contract: InterfaceRef, limits: Partial<Limits> = {}, address = ""): DynamicClient {
    return createClient(contract, this.transport(limits, address), { limits });
  }

  /** A connection that is used by hand. */
  stranger(): Stranger {
    return new Stranger(this.broker.connect());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reachable = true;
    for (const connection of this.connections) connection.paused = false;
    const left = (): Record<string, number> => ({
      invocations: this.transports.reduce((sum, transport) => sum + transport.stats().invocations, 0),
      timers: this.transports.reduce((sum, transport) => sum + transport.stats().timers, 0),
      calls: this.servers.reduce((sum, server) => sum + server.stats().calls, 0),
      serverTimers: this.servers.reduce((sum, server) => sum + server.stats().timers, 0),
      bufferedBytes: processBufferedBytes(),
    });
    await eventually(
      () => Object.values(left()).every((count) => count === 0),
      () => JSON.stringify(left()),
    );
    await Promise.all(this.transports.map((transport) => transport.close()));
    await Promise.all(this.servers.map((server) => server.close()));
    await Promise.all(this.#links.map((link) => link.close()));
    assert.equal(this.broker.subscriptions, 0, "subscriptions are left");
  }
}

/** A peer that is played by hand: it sends what it likes, and keeps what it gets. */
export class Stranger implements Disposable {
  readonly inbox: string;
  readonly received: BrokerMessage[] = [];
  readonly #connection: MemoryConnection;

  constructor(connection: MemoryConnection) {
    this.#connection = connection;
    this.inbox = connection.createInbox();
    this.listen(`${this.inbox}.>`);
  }

  /** A subject of its own. */
  get own(): string {
    return `${this.inbox}.7`;
  }

  listen(subject: string): void {
    this.#connection.subscribe(subject, undefined, (message) => this.received.push(message));
  }

  /** @param notation bytes in hex, and text in single quotes */
  send(subject: string, notation: string, options: MessageOptions = {}): void {
    this.#connection.publish(subject, bytesOf(notation), options);
  }

  sendBytes(subject: string, bytes: Uint8Array, options: MessageOptions = {}): void {
    this.#connection.publish(subject, bytes, options);
  }

  /** The message that comes as the n-th, in hex, once it has come. */
  async next(index: number): Promise<BrokerMessage & { hex: string }> {
    await eventually(
      () => this.received.length > index,
      () => `${this.received.length} messages came`,
    );
    const message = this.received[index] as BrokerMessage;
    return { ...message, hex: Buffer.from(message.data).toString("hex") };
  }

  [Symbol.dispose](): void {
    this.#connection.break(undefined);
  }
}

/** Waits until something is true. */
export async function eventually(condition: () => boolean, describe: () => string = String): Promise<void> {
  const end = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`this never became true: ${condition}: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** An implementation that returns when its caller has gone. */
export function untilAborted({ signal }: CallContext): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("aborted");
    else signal.addEventListener("abort", () => resolve("aborted"));
  });
}

/** Lets everything arrive that is under way. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Checks that a call fails with an `RpcError` of a code, and perhaps more of it. */
export async function failsWith(
  outcome: unknown,
  code: RpcErrorCode,
  { started, message = /./ }: { started?: string; message?: RegExp } = {},
): Promise<void> {
  await assert.rejects(Promise.resolve(outcome), (error) => {
    assert.ok(isRpcError(error), `not an RpcError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    if (started !== undefined) assert.equal(error.started, started);
    return true;
  });
}
