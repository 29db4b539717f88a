import { func, type LeanContract, stream, string, u8, u8s } from "@witwire/codec/types";
import { createClient, type InvocationTransport, isRpcError } from "@witwire/rpc";
import {
  asyncPaths,
  asyncValues,
  createLeanClient,
  createLeanPlainTransport,
  createLeanSessionTransport,
} from "@witwire/rpc/lean";
import { connectPort, connectWebSocket, dialWebSocket, type PortLike } from "@witwire/web";
import type { CallOptions, Stream } from "@witwire/wit/values";
import { echo } from "../echo-contract.ts";

interface EchoClient {
  ping(): Promise<string>;
  bytes(v: Iterable<Uint8Array>): Promise<Stream<Uint8Array>>;
  wait(options?: CallOptions): Promise<string>;
}

/** As `witwire bindgen --lean` writes it. */
const leanEcho: LeanContract<EchoClient> = {
  instance: echo.name,
  functions: () => ({
    ping: func("ping", {}, string),
    bytes: func("bytes", { v: stream(u8, u8s) }, stream(u8, u8s)),
    wait: func("wait", {}, string),
  }),
};

/** What a page may do, one after the other: each gives back what the test wants to see. */
const scenes = {
  /** Calls over a session, to the host that the page came from. */
  call: async (address: string) => {
    await using transport = closing(connectWebSocket(address));
    const client = createClient(echo, transport.value);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => client.ping?.()));
    return { pongs: answers.filter((answer) => answer === "pong").length, state: transport.value.state };
  },

  /** Ten megabytes there and back. */
  stream: async (address: string) => {
    await using transport = closing(connectWebSocket(address));
    const chunks = Array.from({ length: 160 }, (_, index) => new Uint8Array(65_536).fill(index));
    const echoed = (await createClient(echo, transport.value).bytes?.(chunks)) as Stream<Uint8Array>;
    let [bytes, sum] = [0, 0];
    for await (const chunk of echoed) {
      bytes += chunk.length;
      for (const byte of chunk) sum += byte;
    }
    return { bytes, sum };
  },

  /** What a call says that fails. */
  failure: async (address: string) => {
    await using transport = closing(connectWebSocket(address));
    const error: unknown = await Promise.resolve(createClient(echo, transport.value).ping?.()).catch(
      (thrown) => thrown,
    );
    return isRpcError(error) ? { code: error.code, started: error.started, message: error.message } : String(error);
  },

  /** Calls of lean clients, over a session and over plain wRPC. */
  lean: async (address: string) => {
    const session = createLeanSessionTransport(dialWebSocket(address));
    const plain = createLeanPlainTransport(dialWebSocket(`wrpc+${address}`), { asyncPaths });
    const outcomes = [];
    for (const transport of [session, plain]) {
      await using _ = closing<InvocationTransport>(transport);
      const client = createLeanClient(leanEcho, transport, { asyncValues });
      const pong = await client.ping();
      let bytes = 0;
      for await (const chunk of await client.bytes([new Uint8Array(100_000)])) bytes += chunk.length;
      const late = await client
        .wait({ timeout: 50 })
        .catch((error: unknown) => (isRpcError(error) ? error.code : error));
      outcomes.push({ pong, bytes, late });
    }
    return outcomes;
  },

  /** Calls to a server in a worker, with bytes that the page goes on using. */
  worker: async (script: string) => {
    const { Worker } = globalThis as unknown as { Worker: new (url: string) => PortLike & { terminate(): void } };
    const worker = new Worker(script);
    await using transport = closing(connectPort(worker, { limits: { keepaliveInterval: 500, keepaliveTimeout: 500 } }));
    const client = createClient(echo, transport.value);
    const mine = new Uint8Array(1_000_000).fill(7);
    const echoed = (await client.bytes?.([mine, mine.subarray(10, 20)])) as Stream<Uint8Array>;
    let bytes = 0;
    for await (const chunk of echoed) bytes += chunk.length;
    const waiting = Promise.resolve(client.wait?.()).catch((error: unknown) =>
      isRpcError(error) ? error.code : error,
    );
    await client.ping?.();
    worker.terminate();
    return { bytes, detached: mine.length !== 1_000_000, afterTermination: await waiting };
  },
};

function closing<T extends { close(options: { force: boolean }): Promise<void> }>(
  value: T,
): { readonly value: T } & AsyncDisposable {
  return { value, [Symbol.asyncDispose]: () => value.close({ force: true }) };
}

Object.assign(globalThis, {
  play: (name: keyof typeof scenes, argument: string) => scenes[name](argument),
});
