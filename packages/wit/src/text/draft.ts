/**
 * The model while it is being built: maps instead of records, and fields that can still change. Definitions of types
 * and functions are never changed in place, only replaced, so that they can be shared with the finished model.
 */
import type {
  Func,
  InterfaceId,
  PackageId,
  PackageName,
  Resolve,
  Span,
  Stability,
  TypeDef,
  TypeId,
  TypeKind,
  WorldEntry,
  WorldId,
} from "../model/types.ts";

export interface DraftInterface {
  name?: string;
  package: PackageId;
  types: Map<string, TypeId>;
  functions: Map<string, Func>;
  docs?: string;
  stability?: Stability;
  span?: Span;
  cloneOf?: InterfaceId;
}

export interface DraftWorld {
  name: string;
  package: PackageId;
  imports: DraftEntries;
  exports: DraftEntries;
  includes: DraftInclude[];
  docs?: string;
  stability?: Stability;
  span?: Span;
}

/** Entries of a world by {@link nameKey} or {@link interfaceKey}. */
export type DraftEntries = Map<string, WorldEntry>;

export interface DraftInclude {
  readonly world: WorldId;
  readonly renames: readonly { readonly name: string; readonly as: string }[];
  readonly stability?: Stability;
  readonly span: Span;
}

export interface DraftPackage {
  name: PackageName;
  docs?: string;
  interfaces: Map<string, InterfaceId>;
  worlds: Map<string, WorldId>;
}

/** The whole model, in the order of its ids. */
export interface DraftModel {
  readonly packages: DraftPackage[];
  readonly interfaces: DraftInterface[];
  readonly worlds: DraftWorld[];
  readonly types: TypeDef[];
}

/** A type of a package that is not linked yet; `unknown` stands for a type of another package. */
export type LocalType = Omit<TypeDef, "kind"> & { readonly kind: TypeKind | { readonly tag: "unknown" } };

/** Names contain no `#`, so the two kinds of keys cannot meet. */
export function interfaceKey(id: InterfaceId): string {
  return `#${id}`;
}

/** The key of an entry of a world. */
export function entryKey(entry: WorldEntry): string {
  if (entry.name !== undefined) return entry.name;
  if (entry.item.tag !== "interface") throw new TypeError("only interfaces can be without a name in a world");
  return interfaceKey(entry.item.id);
}

/** The finished model. */
export function finish(draft: DraftModel): Resolve {
  return {
    packages: draft.packages.map(({ interfaces, worlds, ...rest }) => ({
      ...rest,
      interfaces: Object.fromEntries(interfaces),
      worlds: Object.fromEntries(worlds),
    })),
    interfaces: draft.interfaces.map(({ types, functions, ...rest }) => ({
      ...rest,
      types: Object.fromEntries(types),
      functions: Object.fromEntries(functions),
    })),
    worlds: draft.worlds.map(({ imports, exports, includes: _, ...rest }) => ({
      ...rest,
      imports: [...imports.values()],
      exports: [...exports.values()],
    })),
    types: draft.types,
  };
}
