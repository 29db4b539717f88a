import { RpcError } from "@witwire/rpc";
import {
  type Func,
  pascalCase,
  type Resolve,
  resolveAlias,
  resultType,
  type TypeDef,
  type TypeId,
} from "@witwire/wit/model";
import type { Stream } from "@witwire/wit/values";
import type { Lease } from "../instances/instance-runner.ts";
import { tracked } from "../types/tracked-stream.ts";
import { compileMapping, elements, type LeafMapping, type Mapping } from "../types/value-mapping.ts";
import { wellKnownHandle } from "../types/well-known.ts";
import { GuestProxy, type GuestProxyClass } from "./guest-proxy.ts";

/** What becomes of the values of one function on their way in and out; `undefined` where they stay as they are. */
export interface ExportMapping {
  readonly params: Mapping<Lease> | undefined;
  /** Of a function that returns `result<T, E>`: of T. */
  readonly result: Mapping<Lease> | undefined;
  /** Of a function that returns `result<T, E>`: of E. */
  readonly err: Mapping<Lease> | undefined;
}

/**
 * Values of exported functions differ from those of the engine in two ways: resources of the component are proxies, and
 * input streams are streams of bytes.
 */
export class ExportTypes {
  readonly #resolve: Resolve;
  readonly #classes: ReadonlyMap<TypeId, GuestProxyClass>;

  constructor(resolve: Resolve, classes: ReadonlyMap<TypeId, GuestProxyClass>) {
    this.#resolve = resolve;
    this.#classes = classes;
  }

  mapping(func: Func): ExportMapping {
    const resolve = this.#resolve;
    const result = resultType(resolve, func.result);
    return {
      params: elements(func.params.map(({ type }) => compileMapping(resolve, type, this.#incoming))),
      result: compileMapping(resolve, result === undefined ? func.result : result.ok, this.#outgoing),
      err: compileMapping(resolve, result?.err, this.#outgoing),
    };
  }

  readonly #incoming: LeafMapping<Lease> = (def) => {
    const { kind } = def;
    if (kind.tag !== "own" && kind.tag !== "borrow") return undefined;
    if (wellKnownHandle(this.#resolve, def) === "input-stream") {
      return (value, { hosted }) => streamsOf(hosted.streams).toInputStream(value as Stream<Uint8Array, Uint8Array>);
    }
    const id = resolveAlias(this.#resolve, kind.resource);
    if (!this.#classes.has(id)) return undefined;
    const name = pascalCase(this.#resolve.types[id]?.name ?? "resource");
    return (value, { hosted }) => GuestProxy.resourceOf(value, hosted, name);
  };

  readonly #outgoing: LeafMapping<Lease> = (def: TypeDef) => {
    const { kind } = def;
    if (kind.tag !== "own") return undefined;
    if (wellKnownHandle(this.#resolve, def) === "input-stream") {
      return (value, { hosted, keepUntil }) => {
        const [stream, settled] = tracked(streamsOf(hosted.streams).fromInputStream(value as object), hosted.gone);
        keepUntil(settled);
        return stream;
      };
    }
    const proxy = this.#classes.get(resolveAlias(this.#resolve, kind.resource));
    return proxy === undefined ? undefined : (value, { hosted }) => new proxy(value as object, hosted);
  };
}

/** @throws RpcError where the instance was not given any WASI */
export function streamsOf<T>(streams: T | undefined): T {
  if (streams !== undefined) return streams;
  throw new RpcError("internal", "this function needs wasi:io/streams, but the instance was given no `streams`", {
    started: "no",
  });
}
