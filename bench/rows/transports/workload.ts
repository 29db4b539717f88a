/** What is done over every transport, and what has to come back. */
import { createClient, type InvocationTransport } from "@witwire/rpc";
import { Stream } from "@witwire/wit/values";
import { timedLoop } from "../../closed-loop.ts";
import { directory } from "../session-call/generated/bench/session/directory.ts";
import { isEcho, person } from "../session-call/person.ts";
import { CHUNK_BYTES } from "../session-stream/chunks.ts";
import { pipes } from "../session-stream/generated/bench/streams/pipes.ts";

/** Seconds that each part is driven: in front of the measurement, and while it is taken. */
export interface Times {
  readonly warmup: number;
  readonly measured: number;
}

/** What a transport does in a second. */
export interface Rates {
  /** Calls, 64 of them in flight. */
  readonly many: number;
  /** Calls, one after the other. */
  readonly sequential: number;
  /** Megabytes that are sent, and come back. */
  readonly bytes: number;
}

/** Calls in flight. */
export const IN_FLIGHT = 64;

/**
 * Bytes that are under way at most, for every transport alike: plain wRPC over NATS has nothing that holds a producer up, and
 * would fail.
 */
const MAX_AHEAD = 8 * 1024 * 1024;

/** Measures the three rates, one after the other. @throws Error for an answer that is not what was sent */
export async function measureTransport(transport: InvocationTransport, times: Times): Promise<Rates> {
  const many = await callRate(transport, IN_FLIGHT, times);
  const sequential = await callRate(transport, 1, times);
  await echoBytes(transport, times.warmup);
  return { many, sequential, bytes: await echoBytes(transport, times.measured) };
}

async function callRate(transport: InvocationTransport, concurrency: number, times: Times): Promise<number> {
  const client = createClient(directory, transport);
  const call = async (): Promise<void> => {
    const echoed = await client.echo(person);
    if (!isEcho(echoed)) throw new Error(`the answer was ${JSON.stringify(echoed)}`);
  };
  await timedLoop(call, { seconds: times.warmup, concurrency });
  return (await timedLoop(call, { seconds: times.measured, concurrency })).callsPerSecond;
}

/** Echoes one stream of chunks, made for so many seconds. @returns megabytes per second, until the last has come back */
async function echoBytes(transport: InvocationTransport, seconds: number): Promise<number> {
  const flow = new EchoFlow(seconds);
  const start = performance.now();
  const echoed = await createClient(pipes, transport).bytes(Stream.fromChunks(flow.produce()), { timeout: 60_000 });
  for await (const chunk of echoed.chunks()) flow.received(chunk);
  return flow.finish() / 1e6 / ((performance.now() - start) / 1000);
}

/** Chunks on their way there and back. Each is full of its number, so that what is lost or out of order is noticed. */
class EchoFlow {
  readonly #seconds: number;
  #sent = 0;
  #received = 0;
  #wake: (() => void) | undefined;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  async *produce(): AsyncGenerator<Uint8Array> {
    const end = performance.now() + this.#seconds * 1000;
    while (performance.now() < end) {
      if (this.#sent - this.#received > MAX_AHEAD) await new Promise<void>((resolve) => (this.#wake = resolve));
      const number = this.#sent / CHUNK_BYTES;
      this.#sent += CHUNK_BYTES;
      yield new Uint8Array(CHUNK_BYTES).fill(number);
    }
  }

  received(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#expect(this.#received, chunk[0]);
    this.#received += chunk.length;
    this.#expect(this.#received - 1, chunk.at(-1));
    this.#wake?.();
  }

  /** @returns the bytes that came back. @throws Error unless these are all */
  finish(): number {
    if (this.#received !== this.#sent) throw new Error(`${this.#received} bytes came back of ${this.#sent}`);
    return this.#received;
  }

  #expect(at: number, byte: number | undefined): void {
    const due = Math.floor(at / CHUNK_BYTES) & 0xff;
    if (byte !== due) throw new Error(`byte ${at} was ${byte} instead of ${due}`);
  }
}
