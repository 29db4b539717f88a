import { formatPackageName } from "../model/names.ts";
import type {
  Func,
  Interface,
  Package,
  Resolve,
  Stability,
  TypeDef,
  TypeKind,
  World,
  WorldEntry,
} from "../model/types.ts";

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The model as `wasm-tools component wit --json` prints it: the same names, ids and order, so that
 * `JSON.stringify(toWitJson(resolve), null, 2)` is what the tool writes. Source spans are not part of it.
 */
export function toWitJson(resolve: Resolve): Json {
  return {
    worlds: resolve.worlds.map(worldJson),
    interfaces: resolve.interfaces.map(interfaceJson),
    types: resolve.types.map(typeJson),
    packages: resolve.packages.map(packageJson),
  };
}

function worldJson(world: World): Json {
  return {
    name: world.name,
    imports: entriesJson(world.imports),
    exports: entriesJson(world.exports),
    package: world.package,
    ...docsJson(world.docs),
    ...stabilityJson(world.stability),
  };
}

function entriesJson(entries: readonly WorldEntry[]): Json {
  return Object.fromEntries(entries.map(entryJson));
}

function entryJson({ name, item }: WorldEntry): [string, Json] {
  switch (item.tag) {
    case "interface": {
      const rest = { ...externalIdJson(item.externalId), ...docsJson(item.docs) };
      return [
        name ?? `interface-${item.id}`,
        { interface: { id: item.id, ...stabilityJson(item.stability), ...rest } },
      ];
    }
    case "function":
      return [name ?? item.func.name, { function: functionJson(item.func) }];
    case "type":
      return [name ?? "", { type: item.id }];
  }
}

function interfaceJson(item: Interface): Json {
  const functions = Object.entries(item.functions).map(([name, func]) => [name, functionJson(func)] as const);
  return {
    name: item.name ?? null,
    types: item.types,
    functions: Object.fromEntries(functions),
    ...docsJson(item.docs),
    ...stabilityJson(item.stability),
    package: item.package,
    ...(item.cloneOf === undefined ? {} : { clone_of: item.cloneOf }),
  };
}

function functionJson(func: Func): Json {
  return {
    name: func.name,
    kind: functionKindJson(func.kind),
    params: func.params.map(({ name, type }) => ({ name, type })),
    ...(func.result === undefined ? {} : { result: func.result }),
    ...docsJson(func.docs),
    ...stabilityJson(func.stability),
    ...externalIdJson(func.externalId),
  };
}

function functionKindJson(kind: Func["kind"]): Json {
  const tag = kind.async ? `async-${kind.tag}` : kind.tag;
  return kind.tag === "freestanding" ? tag : { [tag]: kind.resource };
}

function typeJson(def: TypeDef): Json {
  return {
    name: def.name ?? null,
    kind: kindJson(def.kind),
    owner: def.owner === undefined ? null : { [def.owner.tag]: def.owner.id },
    ...docsJson(def.docs),
    ...stabilityJson(def.stability),
    ...externalIdJson(def.externalId),
  };
}

function kindJson(kind: TypeKind): Json {
  switch (kind.tag) {
    case "record":
      return { record: { fields: kind.fields.map(({ name, type, docs }) => ({ name, type, ...docsJson(docs) })) } };
    case "variant": {
      const cases = kind.cases.map(({ name, type, docs }) => ({ name, type: type ?? null, ...docsJson(docs) }));
      return { variant: { cases } };
    }
    case "enum":
      return { enum: { cases: kind.cases.map(({ name, docs }) => ({ name, ...docsJson(docs) })) } };
    case "flags":
      return { flags: { flags: kind.flags.map(({ name, docs }) => ({ name, ...docsJson(docs) })) } };
    case "tuple":
      return { tuple: { types: kind.types } };
    case "option":
    case "list":
      return { [kind.tag]: kind.type };
    case "fixed-length-list":
      return { [kind.tag]: [kind.type, kind.length] };
    case "map":
      return { map: [kind.key, kind.value] };
    case "result":
      return { result: { ok: kind.ok ?? null, err: kind.err ?? null } };
    case "stream":
    case "future":
      return { [kind.tag]: kind.type ?? null };
    case "resource":
      return "resource";
    case "own":
    case "borrow":
      return { handle: { [kind.tag]: kind.resource } };
    case "alias":
      return { type: kind.type };
  }
}

function packageJson(item: Package): Json {
  return {
    name: formatPackageName(item.name),
    ...docsJson(item.docs),
    interfaces: item.interfaces,
    worlds: item.worlds,
  };
}

function docsJson(docs: string | undefined): Record<string, Json> {
  return docs === undefined ? {} : { docs: { contents: docs } };
}

function stabilityJson(stability: Stability | undefined): Record<string, Json> {
  if (stability === undefined) return {};
  const { tag, ...rest } = stability;
  return { stability: { [tag]: rest } };
}

function externalIdJson(externalId: string | undefined): Record<string, Json> {
  return externalId === undefined ? {} : { external_id: externalId };
}
