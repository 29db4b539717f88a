import { RpcError } from "@witwire/rpc";
import {
  type ContractRef,
  camelCase,
  type Func,
  type Resolve,
  type TypeDef,
  wireFunctionName,
} from "@witwire/wit/model";
import { isWitError, type Stream, WitError } from "@witwire/wit/values";
import { defineMember } from "../define-member.ts";
import type { ByteStreams } from "../types/byte-streams.ts";
import { compileMapping, elements, type LeafMapping, type Mapping } from "../types/value-mapping.ts";
import { returnsRpcError, wellKnownHandle } from "../types/well-known.ts";
import { RemoteError } from "../wrpc/remote-error.ts";

type AnyFunction = (...args: unknown[]) => unknown;
type Members = Readonly<Record<string | symbol, unknown>>;

/**
 * Whatever implements the wire contract of an import, as the import that the component wants: input streams instead of
 * streams of bytes, and `err` instead of failures where the function can say so. Mostly that is the object itself.
 */
export class ImportAdapter {
  readonly #resolve: Resolve;
  readonly #functions: readonly { readonly func: Func; readonly adaptation: Adaptation }[];

  /** @param contract as the component imports it */
  constructor(contract: ContractRef) {
    this.#resolve = contract.resolve;
    this.#functions = contract.functions.flatMap((func) => {
      const adaptation = this.#adaptation(func);
      return adaptation === undefined ? [] : [{ func, adaptation }];
    });
  }

  /** @param streams of the instance that is given the import */
  adapt(implementation: object, streams: ByteStreams | undefined): object {
    if (this.#functions.length === 0) return implementation;
    const adapted: object = Object.create(implementation);
    for (const { func, adaptation } of this.#functions) {
      if (func.kind.tag !== "freestanding") continue;
      const property = camelCase(wireFunctionName(func));
      const inner = (implementation as Members)[property];
      if (typeof inner !== "function") continue;
      const call = (args: unknown[]): unknown => (inner as AnyFunction).apply(implementation, args);
      defineMember(adapted, property, adaptCall(func, adaptation, streams, call));
    }
    return adapted;
  }

  #adaptation(func: Func): Adaptation | undefined {
    const failsWithRpcError = returnsRpcError(this.#resolve, func.result);
    const params = elements(func.params.map(({ type }) => compileMapping(this.#resolve, type, this.#outgoing)));
    const result = compileMapping(this.#resolve, func.result, this.#incoming);
    return failsWithRpcError || params !== undefined || result !== undefined
      ? { params, result, failsWithRpcError }
      : undefined;
  }

  readonly #outgoing: LeafMapping<ByteStreams | undefined> = (def: TypeDef) =>
    wellKnownHandle(this.#resolve, def) === "input-stream"
      ? (value, streams) => needed(streams).fromInputStream(value as object)
      : undefined;

  readonly #incoming: LeafMapping<ByteStreams | undefined> = (def: TypeDef) =>
    wellKnownHandle(this.#resolve, def) === "input-stream"
      ? (value, streams) => needed(streams).toInputStream(value as Stream<Uint8Array, Uint8Array>)
      : undefined;
}

interface Adaptation {
  readonly params: Mapping<ByteStreams | undefined> | undefined;
  readonly result: Mapping<ByteStreams | undefined> | undefined;
  readonly failsWithRpcError: boolean;
}

function adaptCall(
  func: Func,
  { params, result, failsWithRpcError }: Adaptation,
  streams: ByteStreams | undefined,
  call: (args: unknown[]) => unknown,
): AnyFunction {
  const arity = func.params.length;
  return async (...args) => {
    const passed = params === undefined ? args : [...(params(args.slice(0, arity), streams) as unknown[]), args[arity]];
    try {
      const value = await call(passed);
      return result === undefined || failsWithRpcError ? value : result(value, streams);
    } catch (error) {
      if (!failsWithRpcError || isWitError(error)) throw error;
      throw new WitError(new RemoteError(error), error instanceof Error ? error.message : String(error));
    }
  };
}

function needed(streams: ByteStreams | undefined): ByteStreams {
  if (streams !== undefined) return streams;
  throw new RpcError("internal", "this import needs wasi:io/streams, but the instance was given no `streams`", {
    started: "no",
  });
}
