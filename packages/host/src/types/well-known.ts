import {
  qualifiedName,
  type Resolve,
  resolveAlias,
  type Type,
  type TypeDef,
  type TypeId,
  typeDef,
} from "@witwire/wit/model";

/** Resources that look different on the wire. */
export type WellKnownResource = "input-stream" | "rpc-error";

/**
 * Recognises `wasi:io/streams@0.2.x` `input-stream`, which is `stream<u8>` on the wire, and `wrpc:rpc/error@0.1.x` `error`,
 * which is never there.
 */
export function wellKnownResource(resolve: Resolve, type: TypeId): WellKnownResource | undefined {
  const { name, kind, owner } = typeDef(resolve, resolveAlias(resolve, type));
  if (kind.tag !== "resource" || owner?.tag !== "interface") return undefined;
  const item = resolve.interfaces[owner.id];
  if (item?.name === undefined) return undefined;
  const interfaceName = qualifiedName(resolve, item);
  if (name === "input-stream" && /^wasi:io\/streams(@0\.2\.\d+.*)?$/.test(interfaceName)) return "input-stream";
  if (name === "error" && /^wrpc:rpc\/error(@0\.1\.\d+.*)?$/.test(interfaceName)) return "rpc-error";
  return undefined;
}

/** The well-known resource of a handle; `undefined` for all other types. */
export function wellKnownHandle(resolve: Resolve, { kind }: TypeDef): WellKnownResource | undefined {
  return kind.tag === "own" || kind.tag === "borrow" ? wellKnownResource(resolve, kind.resource) : undefined;
}

/** Whether the only result of a function is `result<T, own<wrpc:rpc/error.error>>`. */
export function returnsRpcError(resolve: Resolve, result: Type | undefined): boolean {
  const kind = kindOf(resolve, result);
  if (kind?.tag !== "result") return false;
  const err = kindOf(resolve, kind.err);
  return err?.tag === "own" && wellKnownResource(resolve, err.resource) === "rpc-error";
}

function kindOf(resolve: Resolve, type: Type | undefined): TypeDef["kind"] | undefined {
  return typeof type === "number" ? typeDef(resolve, resolveAlias(resolve, type)).kind : undefined;
}
