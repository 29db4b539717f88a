import { createClient, createServer, type DynamicClient } from "@witwire/rpc";
import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Chunk, Stream } from "@witwire/wit/values";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";

/** Streams that are passed on as they are. */
export const pipes: InterfaceRef = findInterface(
  parseWit(`
    package test:relays;
    interface pipes {
      bytes: func(v: stream<u8>) -> stream<u8>;
      octets: func(v: stream<s8>) -> stream<s8>;
      numbers: func(v: stream<u32>) -> stream<u32>;
      floats: func(v: stream<f64>) -> stream<f64>;
      texts: func(v: stream<string>) -> stream<string>;
    }
  `),
  "pipes",
);

export type PipeName = "bytes" | "octets" | "numbers" | "floats" | "texts";

/** Calls through a relay in front of a server, both of which pass streams on. */
export interface RelayedPipes extends AsyncDisposable {
  pipe(name: PipeName, stream: Stream<unknown, Chunk>): Promise<Stream<unknown, Chunk>>;
}

const names: readonly PipeName[] = ["bytes", "octets", "numbers", "floats", "texts"];

/** @param scheme `tcp`, or `wrpc+tcp` for plain wRPC */
export async function relayedPipes(scheme: "tcp" | "wrpc+tcp"): Promise<RelayedPipes> {
  const end = createServer();
  end.serve(
    pipes,
    implementation((_, stream) => stream),
  );
  const endListener = await listen(end, `${scheme}://127.0.0.1:0`);
  const toEnd = connect(endListener.address);
  const relay = createServer();
  const relayed = createClient(pipes, toEnd);
  relay.serve(
    pipes,
    implementation((name, stream) => call(relayed, name, stream)),
  );
  const relayListener = await listen(relay, `${scheme}://127.0.0.1:0`);
  const toRelay = connect(relayListener.address);
  const client = createClient(pipes, toRelay);
  return {
    pipe: (name, stream) => call(client, name, stream),
    async [Symbol.asyncDispose]() {
      for (const listener of [relayListener, endListener]) await listener.close();
      for (const one of [toRelay, toEnd, relay, end]) await one.close({ force: true });
    },
  };
}

type Pipe = (name: PipeName, stream: Stream<unknown, Chunk>) => unknown;

function implementation(pipe: Pipe): never {
  const entries = names.map((name) => [name, (stream: Stream<unknown, Chunk>) => pipe(name, stream)]);
  return Object.fromEntries(entries) as never;
}

function call(client: DynamicClient, name: PipeName, stream: Stream<unknown, Chunk>): Promise<Stream<unknown, Chunk>> {
  return client[name]?.(stream) as Promise<Stream<unknown, Chunk>>;
}
