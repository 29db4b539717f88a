/**
 * A component as its binary says it, checked, with every index resolved as far as that is possible before it runs.
 *
 * A component is a list of definitions. Each adds to one of the index spaces of the component model (core functions,
 * functions, instances, …), and later definitions refer to earlier ones by their index in such a space. Whoever runs a
 * component walks the list once, with one array per space. Types need no such array: they are resolved here, into one
 * arena in the vocabulary of the type model, so that functions carry their types with them.
 *
 * Binary.md and Explainer.md of the component model are the specification.
 */
import type { Type, TypeDef, TypeId } from "../model/types.ts";

/** What a binary holds. */
export interface DecodedComponent {
  /** The root component. For a wasm-encoded WIT package: the component whose exports are the package's types. */
  readonly root: ComponentDefinition;
  /**
   * Every type that the binary speaks of, of nested components too. Aliases are `alias`; each resource type that a
   * component defines, imports, or gets out of an instance has an id of its own, which means nothing in other components.
   */
  readonly types: readonly TypeDef[];
  /** How many core modules there are in all; see {@link CoreModuleDefinition.ordinal}. */
  readonly coreModules: number;
}

/** One component, the root or a nested one. */
export interface ComponentDefinition {
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  /** From the custom section `component-name`, for messages. */
  readonly name?: string;
  readonly definitions: readonly Definition[];
  /** What it needs and offers, in the order in which that is written. */
  readonly type: ComponentType;
}

/** Each adds one entry to the index space that it names, except `start`-like things that do not exist yet. */
export type Definition =
  | CoreModuleDefinition
  /** Space: core instances. Arguments are core instances. */
  | Defined<
      "core-instantiate",
      { module: number; args: readonly { readonly name: string; readonly instance: number }[] }
    >
  /** Space: core instances. */
  | Defined<"core-instance", { exports: readonly CoreExport[] }>
  /** An export of a core instance. Space: the one of its sort. */
  | Defined<"core-alias", { sort: CoreSort; instance: number; name: string }>
  /** Space: components. */
  | Defined<"component", { component: ComponentDefinition }>
  /** Space: instances. */
  | Defined<"instantiate", { component: number; args: readonly Item[]; resources: readonly ResourceBinding[] }>
  /** Space: instances. */
  | Defined<"instance", { exports: readonly Item[] }>
  /** An export of an instance. Space: the one of its sort; for types none. */
  | Defined<"alias", { sort: Sort; instance: number; name: string }>
  /** A module or component of an enclosing component; `depth` 1 is the one around this. Space: the one of its sort. */
  | Defined<"outer-alias", { sort: "core-module" | "component"; depth: number; index: number }>
  /** A resource type of this component's own, represented by an i32. `destructor` is a core function. */
  | Defined<"resource", { resource: TypeId; destructor?: number }>
  /** Space: functions. */
  | Defined<"lift", { core: number; options: CanonicalOptions; type: FunctionType }>
  /** Space: core functions. */
  | Defined<"lower", { function: number; options: CanonicalOptions; type: FunctionType }>
  /** Space: core functions. */
  | Defined<"resource.new" | "resource.drop" | "resource.rep", { resource: TypeId }>
  /** A built-in of component-model async, threads or error contexts. Space: core functions. */
  | Defined<"async-builtin", { name: string }>
  /** Space: the one of its type's sort; for types none. */
  | Defined<"import", { name: string; type: ExternType; resources: readonly ResourceBinding[] }>
  /** Space: the one of the exported item's sort; for types none. */
  | Defined<"export", { item: Item; type: ExternType; resources: readonly ResourceBinding[] }>;

/** Space: core modules. */
export type CoreModuleDefinition = Defined<
  "core-module",
  {
    /** The module's bytes: a view into the file. */
    readonly bytes: Uint8Array;
    /** Counts the modules of the whole file, nested components included, from 0. */
    readonly ordinal: number;
    readonly shape: CoreModuleShape;
  }
>;

type Defined<Tag extends string, Fields> = { readonly tag: Tag; readonly offset: number } & Readonly<Fields>;

export type CoreSort = "core-func" | "core-table" | "core-memory" | "core-global" | "core-tag";

/** The sorts of things that components import, export and pass on. */
export type Sort = "func" | "type" | "component" | "instance" | "core-module";

export interface CoreExport {
  readonly name: string;
  readonly sort: CoreSort;
  readonly index: number;
}

/** Something that is exported or passed under a name. */
export interface Item {
  readonly name: string;
  readonly sort: Sort;
  /** In the index space of its sort; -1 for types. */
  readonly index: number;
  /** The resource behind a type; absent for other types and other sorts. */
  readonly resource?: TypeId;
}

/**
 * A resource type that comes into this component with an import or an instance. `path` leads there from the import or
 * instance: names of exports, empty for an import that is the type itself.
 */
export interface ResourceBinding {
  readonly path: readonly string[];
  readonly resource: TypeId;
}

/** Options of `canon lift` and `canon lower`; indices are of core memories and core functions. */
export interface CanonicalOptions {
  readonly stringEncoding: "utf8" | "utf16" | "latin1+utf16";
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
  readonly async: boolean;
  readonly callback?: number;
}

/** Handles in it are of kind `own` or `borrow` with a `resource` that the component where the function stands knows. */
export interface FunctionType {
  readonly async: boolean;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result?: Type;
}

/** The type of an import or export. */
export type ExternType =
  | { readonly tag: "func"; readonly type: FunctionType }
  /** `type` is a new id, an alias of what it equals, unless it is a fresh resource (`sub resource`). */
  | { readonly tag: "type"; readonly type: TypeId; readonly bound: "eq" | "sub-resource" }
  /** A type of functions, instances or components under a name of its own. Nothing exists of it when a component runs. */
  | { readonly tag: "type-of"; readonly of: ExternType }
  | { readonly tag: "instance"; readonly type: InstanceType }
  | { readonly tag: "component"; readonly type: ComponentType }
  | { readonly tag: "core-module"; readonly type: CoreModuleType };

export interface InstanceType {
  readonly exports: readonly ExternDeclaration[];
}

export interface ComponentType {
  readonly imports: readonly ExternDeclaration[];
  readonly exports: readonly ExternDeclaration[];
}

export interface ExternDeclaration {
  /** As written: `wasi:io/streams@0.2.0`, `run`, `[method]bucket.get`. */
  readonly name: string;
  readonly type: ExternType;
  /** The interface that an instance with a plain name implements (`(implements "…")`). */
  readonly implements?: string;
  readonly externalId?: string;
  /** The rest of a version of which the name has only the canonical part, `.3` after `wasi:io/streams@0.2`. */
  readonly versionSuffix?: string;
}

/** What a core module needs and offers. */
export interface CoreModuleType {
  readonly imports: readonly { readonly module: string; readonly name: string; readonly type: CoreExternType }[];
  readonly exports: readonly { readonly name: string; readonly type: CoreExternType }[];
}

/** The type of something that core modules import and export. Value types are as in the text format: `i32`, `funcref`. */
export type CoreExternType =
  | { readonly tag: "core-func"; readonly params: readonly string[]; readonly results: readonly string[] }
  | { readonly tag: "core-table"; readonly element: string; readonly limits: CoreLimits }
  | { readonly tag: "core-memory"; readonly limits: CoreLimits }
  | { readonly tag: "core-global"; readonly type: string; readonly mutable: boolean }
  | { readonly tag: "core-tag"; readonly params: readonly string[] };

/** The size of a memory in pages, or of a table in elements. */
export interface CoreLimits {
  readonly minimum: bigint;
  readonly maximum?: bigint;
  readonly shared: boolean;
  /** Whether addresses are of 64 bits. */
  readonly wide: boolean;
  /** Size of a page as a power of two; 16 but for the custom page sizes of memories. */
  readonly pageSize: number;
}

/** What has to be known of a core module to change what it allocates and when it starts. Places count from its first byte. */
export interface CoreModuleShape {
  readonly sections: readonly CoreSection[];
  /** Memories that it defines. */
  readonly memories: readonly LocatedLimits[];
  /** Tables that it defines. */
  readonly tables: readonly LocatedLimits[];
  /** The function that runs when the module is instantiated. */
  readonly start?: number;
}

/** A section of a core module: `start` is where its id stands, `body` where its contents begin, `end` the place behind it. */
export interface CoreSection {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** Limits, and where they stand in the module. */
export interface LocatedLimits {
  readonly limits: CoreLimits;
  readonly from: number;
  readonly to: number;
}
