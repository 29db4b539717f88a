import { createClient, createPlainTransport, isRpcError } from "@witwire/rpc";
import { connectWebTransport, dialWebTransport, type WebTransportDialOptions } from "@witwire/web";
import type { CallOptions, Stream } from "@witwire/wit/values";
import { echo } from "../../packages/websocket/src/testing/echo-contract.ts";
import { contractOf } from "../contract.ts";
import { headOfLine, pendingPaths } from "../defects/rust.ts";
import { callRows } from "../ours/call-rows.ts";
import { rows } from "../rows/rows.ts";

/** What a scene is played with. */
export interface Stage {
  readonly address: string;
  /** SHA-256 of the server's certificate. */
  readonly hash: readonly number[];
  /** Limits of the client. */
  readonly limits?: WebTransportDialOptions["limits"];
}

/** What a page sees of a failed call. */
export interface Failure {
  readonly code: string;
  readonly started: string;
  readonly message: string;
}

interface AsyncValues {
  echoByteStream(
    v: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<Stream<Uint8Array>>;
  numbers(count: number, options?: CallOptions): Promise<Stream<number>>;
}

interface Scalars {
  echoString(v: string, options?: CallOptions): Promise<string>;
}

interface Echo {
  ping(options?: CallOptions): Promise<string>;
  bytes(v: Iterable<Uint8Array>): Promise<Stream<Uint8Array>>;
  wait(options?: CallOptions): Promise<string>;
}

/** A WebTransport of the page. */
interface Opened {
  readonly closed: Promise<unknown>;
}

/** All that were opened. */
const opened: Opened[] = [];

const scope = globalThis as unknown as { WebTransport: new (url: string, options: object) => Opened };
scope.WebTransport = class extends scope.WebTransport {
  constructor(url: string, options: object) {
    super(url, options);
    opened.push(this);
  }
};

const optionsOf = ({ hash, limits = {} }: Stage): WebTransportDialOptions => ({
  limits,
  serverCertificateHashes: [{ algorithm: "sha-256", value: Uint8Array.from(hash) }],
});

/** Plain wRPC to the peer of the stage, as long as a scene takes. */
function plainly(stage: Stage) {
  const dial = dialWebTransport(stage.address, optionsOf(stage));
  const transport = createPlainTransport(dial, optionsOf(stage));
  return {
    dial,
    transport,
    scalars: createClient<Scalars>(contractOf("scalars"), transport),
    values: createClient<AsyncValues>(contractOf("async-values"), transport),
    [Symbol.asyncDispose]: async () => {
      await transport.close({ force: true });
      dial.close();
    },
  };
}

const failureOf = (outcome: Promise<unknown>): Promise<Failure | string> =>
  outcome.then(
    (value) => `no failure, but ${String(value)}`,
    (error: unknown) =>
      isRpcError(error)
        ? { code: error.code, started: error.started, message: error.message }
        : `no RpcError, but ${String(error)}`,
  );

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A call that waits for the peer, from one scene to the next. */
let pending: { readonly calls: ReturnType<typeof plainly>; readonly failure: Promise<Failure | string> } | undefined;

/** What a page does: each gives back what the test wants to see. */
const scenes = {
  /** Every row of the suite, as `npm run interop` calls it. */
  rows: async (stage: Stage) => {
    await using calls = plainly(stage);
    const outcomes = await callRows({ defects: [pendingPaths, headOfLine], rootInstance: "" }, calls.transport, rows);
    return outcomes.map(({ row, status, detail }) => ({ row, status, detail }));
  },

  /** More calls at once than the peer allows streams. */
  together: async (stage: Stage) => {
    const before = opened.length;
    await using calls = plainly(stage);
    const asked = Array.from({ length: 500 }, (_, index) => `call ${index}`);
    const answers = await Promise.all(asked.map((text) => calls.scalars.echoString(text)));
    return { right: answers.filter((text, index) => text === asked[index]).length, opened: opened.length - before };
  },

  /** Each chunk is sent when the one before has come back. */
  conversation: async (stage: Stage) => {
    await using calls = plainly(stage);
    let next = Promise.withResolvers<void>();
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 20; index++) {
        yield new Uint8Array(1000).fill(index);
        await next.promise;
        next = Promise.withResolvers<void>();
      }
    }
    const came: number[] = [];
    let bytes = 0;
    for await (const chunk of (await calls.values.echoByteStream(chunks())).chunks()) {
      for (const byte of chunk as Uint8Array) {
        bytes++;
        if (bytes % 1000 !== 0) continue;
        came.push(byte);
        next.resolve();
      }
    }
    return came;
  },

  /** A server of ours that is not read from stops its writer, which is this page, and goes on when it is read. */
  backpressure: async (stage: Stage) => {
    await using calls = plainly(stage);
    const total = 128 * 1024 * 1024;
    let produced = 0;
    function* chunks(): Generator<Uint8Array> {
      while (produced < total) {
        produced += 65_536;
        yield new Uint8Array(65_536).fill(produced / 65_536);
      }
    }
    const echoed = await createClient<Echo>(echo, calls.transport).bytes(chunks());
    for (let before = -1; before !== produced; await later(500)) before = produced;
    const held = produced;
    let [came, wrong] = [0, 0];
    for await (const chunk of echoed.chunks()) {
      for (const byte of chunk as Uint8Array) if (byte !== (Math.floor(came++ / 65_536) + 1) % 256) wrong++;
    }
    return { held, came, wrong };
  },

  /** Calls and streams that are given up, more than there may be streams at once. */
  cancelling: async (stage: Stage) => {
    await using calls = plainly(stage);
    const codes = new Set<string>();
    for (let index = 0; index < 120; index++) {
      const [never, abort] = [Promise.withResolvers<void>(), new AbortController()];
      const waits = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(10);
        await never.promise;
      };
      const echoed = await calls.values.echoByteStream(waits(), { signal: abort.signal });
      const reading = failureOf(Array.fromAsync(echoed));
      abort.abort();
      const failure = await reading;
      codes.add(typeof failure === "string" ? failure : failure.code);
      never.resolve();
    }
    for (let index = 0; index < 120; index++) {
      for await (const number of await calls.values.numbers(200_000)) if (number === 10) break;
    }
    return { codes: [...codes], after: await calls.scalars.echoString("after") };
  },

  /** What a call says that fails. */
  failure: async (stage: Stage) => {
    await using calls = plainly(stage);
    return await failureOf(calls.scalars.echoString("lost"));
  },

  /** A call of a function that the peer does not have, and one that it has. */
  unknown: async (stage: Stage) => {
    await using calls = plainly(stage);
    const failure = await failureOf(createClient<Echo>(echo, calls.transport).ping({ timeout: 5000 }));
    return { failure, after: await calls.scalars.echoString("after") };
  },

  /** Without calls a connection is closed, and the next call makes another. */
  idle: async (stage: Stage) => {
    const before = opened.length;
    await using calls = plainly(stage);
    await calls.scalars.echoString("first");
    await opened.at(-1)?.closed;
    return { again: await calls.scalars.echoString("again"), opened: opened.length - before };
  },

  /** The connection is closed when the page is done with it. */
  close: async (stage: Stage) => {
    const calls = plainly(stage);
    await calls.scalars.echoString("only");
    await calls.transport.close();
    calls.dial.close();
    await opened.at(-1)?.closed;
    return "closed";
  },

  wait: async (stage: Stage) => {
    const calls = plainly(stage);
    await calls.scalars.echoString("there");
    const never = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      await new Promise(() => {});
    };
    const echoed = await calls.values.echoByteStream(never());
    pending = { calls, failure: failureOf(Array.fromAsync(echoed)) };
    return "waiting";
  },

  /** What waited fails; so does what is called while nobody is there. */
  lost: async () => {
    if (pending === undefined) throw new Error("nothing waits");
    const meanwhile = failureOf(pending.calls.scalars.echoString("lost", { timeout: 60_000 }));
    return { waited: await pending.failure, meanwhile: await meanwhile };
  },

  again: async () => {
    if (pending === undefined) throw new Error("nothing waits");
    await using calls = pending.calls;
    return await calls.scalars.echoString("again");
  },

  /** A session, through a peer that passes its stream on to a server of ours. */
  session: async (stage: Stage) => {
    const before = opened.length;
    const transport = connectWebTransport(stage.address, optionsOf(stage));
    const client = createClient<Echo>(echo, transport);
    const pongs = await Promise.all(Array.from({ length: 1000 }, () => client.ping()));
    let bytes = 0;
    const chunks = Array.from({ length: 80 }, () => new Uint8Array(65_536));
    for await (const chunk of (await client.bytes(chunks)).chunks()) bytes += (chunk as Uint8Array).length;
    const late = (await failureOf(client.wait({ timeout: 50 }))) as Failure;
    const unknown = (await failureOf(
      createClient<Scalars>(contractOf("scalars"), transport).echoString(""),
    )) as Failure;
    await transport.close();
    await opened.at(-1)?.closed;
    const codes = [late.code, unknown.code];
    return { pongs: pongs.filter((pong) => pong === "pong").length, bytes, codes, opened: opened.length - before };
  },
};

Object.assign(globalThis, { play: (name: keyof typeof scenes, stage: Stage) => scenes[name](stage) });
