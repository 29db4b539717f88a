import type { Server } from "@witwire/rpc";
import { type Stream, WitError } from "@witwire/wit/values";
import { contractOf, rootInstances } from "../contract.ts";

/** Serves everything of the contract. */
export function serveAll(server: Server): void {
  const { "": root, ...interfaces } = implementations();
  for (const [name, implementation] of Object.entries(interfaces)) server.serve(contractOf(name), implementation);
  server.serve(contractOf(""), root, { instances: rootInstances });
}

const echo = <T>(value: T): T => value;

/** Functions that return what they are given. */
function echoes(...names: string[]): Record<string, typeof echo> {
  return Object.fromEntries(names.map((name) => [name, echo]));
}

type ByteStream = Stream<Uint8Array, Uint8Array>;

/** By interface; the root functions of the world under the empty name. */
function implementations(): { readonly "": object } & Record<string, object> {
  let remembered = "";
  return {
    "": { rootEcho: echo },
    scalars: echoes(
      ...["echoBool", "echoU8", "echoS8", "echoU16", "echoS16", "echoU32", "echoS32", "echoU64", "echoS64"],
      ...["echoF32", "echoF64", "echoChar", "echoString"],
    ),
    lists: echoes("echoBytes", "echoU32s", "echoS64s", "echoF64s", "echoStrings", "echoNested"),
    compounds: {
      ...echoes("echoRecord", "echoRecords", "echoVariant", "echoEnum", "echoTuple", "echoOption", "echoOptionOption"),
      tryU32(value: number, err: string): number {
        if (err !== "") throw new WitError(err);
        return value;
      },
      tryNothing(err: string | undefined): void {
        if (err !== undefined) throw new WitError(err);
      },
      tryOnlyOk(value: number, fail: boolean): number {
        if (fail) throw new WitError(undefined);
        return value;
      },
      manyParams: (...values: unknown[]): unknown[] => values.slice(0, 16),
    },
    bits: {
      ...echoes("echoF7", "echoF8", "echoF9", "echoF16", "echoF17", "echoF32s"),
      echoF17AndNext: (value: unknown, next: number): unknown[] => [value, next],
    },
    "wide-bits": {
      ...echoes("echoF33", "echoF64s"),
      echoF33AndNext: (value: unknown, next: number): unknown[] => [value, next],
    },
    voids: {
      nothing: (): void => {},
      remember: (value: string): void => {
        remembered = value;
      },
      recall: (): string => remembered,
    },
    resources: {
      Counter,
      peek: (counter: Counter): number => counter.value(),
      retire: (counter: Counter): number => counter.value(),
    },
    "async-values": {
      ...echoes("echoByteStream", "echoNumberStream", "echoRecordStream", "echoFuture", "echoFutureStream"),
      ...echoes("echoNestedFutures"),
      echoTwo: (numbers: unknown, bytes: unknown): unknown[] => [numbers, bytes],
      numbers: (count: number): Iterable<number> => Array.from({ length: count }, (_, index) => index),
      measure: length,
      measureInTurn: async (first: ByteStream, second: ByteStream): Promise<bigint[]> => [
        await length(first),
        await length(second),
      ],
      streamList: (count: number): Uint8Array[][] =>
        Array.from({ length: count }, (_, number) => [Uint8Array.of(number)]),
      async measureAll(streams: Stream<ByteStream>): Promise<bigint> {
        let sum = 0n;
        for await (const stream of streams) sum += await length(stream);
        return sum;
      },
    },
  };
}

class Counter {
  #value: number;

  constructor(start: number) {
    this.#value = start;
  }

  increment(by: number): number {
    this.#value += by;
    return this.#value;
  }

  value(): number {
    return this.#value;
  }

  static join(left: Counter, right: Counter): Counter {
    return new Counter(left.value() + right.value());
  }
}

async function length(stream: ByteStream): Promise<bigint> {
  let sum = 0n;
  for await (const chunk of stream.chunks()) sum += BigInt(chunk.length);
  return sum;
}
