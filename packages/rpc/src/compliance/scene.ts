import assert from "node:assert/strict";
import { type ContractRef, camelCase } from "@witwire/wit/model";
import type { ClientOptions } from "../client/create-client.ts";
import { createClient, type DynamicClient } from "../client/create-client.ts";
import { isRpcError, type RpcErrorCode } from "../errors.ts";
import type { PlainTransportOptions } from "../framing/plain-transport.ts";
import { processBufferedBytes } from "../framing/read-budget.ts";
import type { Limits } from "../limits.ts";
import { createServer, type Server, type ServerOptions } from "../server/create-server.ts";
import type { FailedCall } from "../server/log-failure.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { BytePeer } from "./byte-peer.ts";
import type { ByteStream, Endpoint, Harness } from "./harness.ts";

/** Long enough for anything that happens at all, on a machine that is busy. */
export const HANG_GUARD = 30_000;

/** Waits that tests want to see the end of. */
export const QUICK: Partial<Limits> = { lingerTimeout: 300, headerTimeout: 300, paramsTimeout: 300, stallTimeout: 300 };

export interface SceneOptions {
  readonly server?: ServerOptions;
  readonly transport?: PlainTransportOptions;
}

/** For as many connections at once as a slow machine needs its time for, where each begins with a handshake. */
export const CROWDED: SceneOptions = {
  server: { limits: { headerTimeout: 120_000 } },
  transport: { limits: { headerTimeout: 120_000 } },
};

/** A server, and clients or hand-played peers that talk to it. Leaving it checks that nothing is left behind. */
export class Scene implements AsyncDisposable {
  readonly server: Server;
  readonly transport: InvocationTransport;
  /** What the server said about calls that failed. */
  readonly failures: FailedCall[];
  readonly #isSession: boolean;
  readonly #opensSilently: boolean;
  readonly #endpoint: Endpoint;
  readonly #peers: BytePeer[] = [];

  static async open(harness: Harness, options: SceneOptions = {}): Promise<Scene> {
    const failures: FailedCall[] = [];
    const server = createServer({ onFailure: (failure) => failures.push(failure), ...options.server });
    const endpoint = await harness.serve(server);
    return new Scene(harness, server, endpoint, failures, options.transport);
  }

  private constructor(
    harness: Harness,
    server: Server,
    endpoint: Endpoint,
    failures: FailedCall[],
    options?: PlainTransportOptions,
  ) {
    this.#isSession = harness.session === true;
    this.#opensSilently = harness.opensSilently !== false;
    this.server = server;
    this.failures = failures;
    this.#endpoint = endpoint;
    this.transport = endpoint.connect(options);
  }

  /** A further transport to the same server. */
  connect(options?: PlainTransportOptions): InvocationTransport {
    return this.#endpoint.connect(options);
  }

  client(contract: ContractRef, options?: ClientOptions): DynamicClient {
    return createClient(contract, this.transport, options);
  }

  /** Serves some functions of a contract; whoever calls another one fails. */
  serve(contract: ContractRef, implementation: object): () => void {
    return this.server.serve(contract, completed(contract, implementation));
  }

  /** A client that is played by hand. */
  dial(): BytePeer {
    const peer = new BytePeer(this.#endpoint.dial());
    this.#peers.push(peer);
    return peer;
  }

  /** The same for one that says nothing, or no more than it must to be there: the version of plain wRPC. */
  dialIdle(): BytePeer {
    const peer = this.dial();
    if (!this.#opensSilently) peer.send("00");
    return peer;
  }

  /** The codes of the server's failed calls, once there are so many. */
  async failureCodes(count: number): Promise<RpcErrorCode[]> {
    await eventually(() => this.failures.length >= count);
    return this.failures.map(({ error }) => error.code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer[Symbol.dispose]();
    if (this.#isSession) {
      // Its connection outlives the calls, and has a timer of its own.
      await nothingLeft(() => ({ calls: this.transport.stats().invocations, running: this.server.stats().calls }));
      await this.transport.close();
    }
    await nothingLeft(() => ({ ...this.transport.stats(), ...withoutHandles(this.server) }));
    await this.transport.close();
    await this.server.close();
    await this.#endpoint[Symbol.asyncDispose]();
    assert.deepEqual(this.server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  }
}

/** A client's transport whose server is played by hand. Leaving it checks that nothing is left behind. */
export class ClientScene implements AsyncDisposable {
  readonly transport: InvocationTransport;
  readonly #endpoint: Endpoint;
  readonly #peers: BytePeer[] = [];
  #accepted = 0;
  #arrived = Promise.withResolvers<void>();

  static async open(harness: Harness, options?: PlainTransportOptions): Promise<ClientScene> {
    let scene: ClientScene | undefined;
    const endpoint = await harness.acceptRaw((stream) => scene?.accept(stream));
    scene = new ClientScene(endpoint, options);
    return scene;
  }

  private constructor(endpoint: Endpoint, options?: PlainTransportOptions) {
    this.#endpoint = endpoint;
    this.transport = endpoint.connect(options);
  }

  accept(stream: ByteStream): void {
    this.#peers.push(new BytePeer(stream));
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  client(contract: ContractRef, options?: ClientOptions): DynamicClient {
    return createClient(contract, this.transport, options);
  }

  /** The next byte stream that the client opened. */
  async accepted(): Promise<BytePeer> {
    const index = this.#accepted++;
    for (;;) {
      const peer = this.#peers[index];
      if (peer !== undefined) return peer;
      await this.#arrived.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await nothingLeft(() => this.transport.stats());
    await this.transport.close();
    await this.#endpoint[Symbol.asyncDispose]();
  }
}

/** An implementation with the functions that a test has no use for. */
function completed(contract: ContractRef, implementation: object): object {
  const unused = contract.functions.map(({ name }) => [
    camelCase(name),
    () => {
      throw new Error(`${name} was not to be called`);
    },
  ]);
  return { ...Object.fromEntries(unused), ...implementation };
}

/** Waits until counters are all zero, and no received byte is kept. */
export async function nothingLeft(counters: () => object): Promise<void> {
  const left = (): Record<string, number> => ({ ...counters(), bufferedBytes: processBufferedBytes() });
  await eventually(() => Object.values(left()).every((count) => count === 0)).catch(() => {
    assert.fail(`something is left behind: ${JSON.stringify(left())}`);
  });
}

/** Handles outlive calls by design, and so does the timer that frees them. */
function withoutHandles(server: Server): object {
  const { handles, timers, ...rest } = server.stats();
  return { ...rest, serverTimers: handles > 0 ? timers - 1 : timers };
}

/** Waits until something is true. */
export async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + HANG_GUARD / 2;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Checks that a call fails with an `RpcError` of a code, and perhaps words in its message. */
export async function failsWith(outcome: unknown, code: RpcErrorCode, message: RegExp = /./): Promise<void> {
  await assert.rejects(Promise.resolve(outcome), (error) => {
    assert.ok(isRpcError(error), `not an RpcError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}
