/**
 * The type model: what a WIT package means after every name has been resolved.
 *
 * A {@link Resolve} is an arena. Everything that can be referred to (a package, an interface, a world, a type) sits in
 * one of its four arrays and is named by its index there, so the model has no cycles and survives JSON unchanged. The
 * shape follows what `wasm-tools component wit --json` prints; `toWitJson` in `@witwire/wit/text` writes exactly that.
 *
 * Names are WIT's own kebab-case names throughout. How they look in JavaScript is decided in `./names.ts`.
 */

/** Index into {@link Resolve.packages}. */
export type PackageId = number;
/** Index into {@link Resolve.interfaces}. */
export type InterfaceId = number;
/** Index into {@link Resolve.worlds}. */
export type WorldId = number;
/** Index into {@link Resolve.types}. */
export type TypeId = number;

/** A set of resolved packages with everything they contain, in dependency order. */
export interface Resolve {
  readonly packages: readonly Package[];
  readonly interfaces: readonly Interface[];
  readonly worlds: readonly World[];
  readonly types: readonly TypeDef[];
}

/** A package: `package namespace:name@version;`. */
export interface Package {
  readonly name: PackageName;
  readonly docs?: string;
  readonly interfaces: Readonly<Record<string, InterfaceId>>;
  readonly worlds: Readonly<Record<string, WorldId>>;
}

/** The three parts of a package's name. */
export interface PackageName {
  readonly namespace: string;
  readonly name: string;
  /** Full semantic version without the `@`, for example `0.2.0-draft2`. */
  readonly version?: string;
}

/** A named set of types and functions. */
export interface Interface extends Annotated {
  /** Absent for an interface written inline in a world. */
  readonly name?: string;
  readonly package: PackageId;
  readonly types: Readonly<Record<string, TypeId>>;
  /** By full name: `foo`, `[constructor]bucket`, `[method]bucket.get`, `[static]bucket.open`. */
  readonly functions: Readonly<Record<string, Func>>;
  /** For an inline interface that came into a world with `include`: the interface it is a copy of. */
  readonly cloneOf?: InterfaceId;
}

/** What a component imports and exports. */
export interface World extends Annotated {
  readonly name: string;
  readonly package: PackageId;
  readonly imports: readonly WorldEntry[];
  readonly exports: readonly WorldEntry[];
}

/**
 * One import or export of a world. `name` is present for functions, types, inline interfaces, and for interfaces that
 * were given a plain name (`import primary: wasi:keyvalue/store;`); absent where the interface's own id is the name.
 * So an entry is keyed by its name where it has one, and by its interface otherwise.
 */
export interface WorldEntry {
  readonly name?: string;
  readonly item: WorldItem;
}

export type WorldItem =
  | ({ readonly tag: "interface"; readonly id: InterfaceId; readonly externalId?: string } & Annotated)
  | { readonly tag: "function"; readonly func: Func }
  | { readonly tag: "type"; readonly id: TypeId };

/** A function, method, static function or constructor. */
export interface Func extends Annotated {
  /** Full name with its annotation, for example `[method]bucket.get`. */
  readonly name: string;
  readonly kind: FuncKind;
  readonly params: readonly Param[];
  /** Absent when the function returns nothing. */
  readonly result?: Type;
  readonly externalId?: string;
}

/** `resource` is the type the member belongs to. Only constructors are never async. */
export type FuncKind =
  | { readonly tag: "freestanding"; readonly async: boolean }
  | { readonly tag: "method"; readonly async: boolean; readonly resource: TypeId }
  | { readonly tag: "static"; readonly async: boolean; readonly resource: TypeId }
  | { readonly tag: "constructor"; readonly async: false; readonly resource: TypeId };

export interface Param {
  readonly name: string;
  readonly type: Type;
  readonly span?: Span;
}

export type PrimitiveType =
  | "bool"
  | "s8"
  | "u8"
  | "s16"
  | "u16"
  | "s32"
  | "u32"
  | "s64"
  | "u64"
  | "f32"
  | "f64"
  | "char"
  | "string"
  | "error-context";

/** A use of a type: a primitive by name, or anything else by its index in {@link Resolve.types}. */
export type Type = PrimitiveType | TypeId;

/** A type definition, named (`type`, `record`, …) or anonymous (`list<u8>` written in place). */
export interface TypeDef extends Annotated {
  readonly name?: string;
  readonly kind: TypeKind;
  /** Where the type was defined; absent for anonymous types. */
  readonly owner?: TypeOwner;
  readonly externalId?: string;
}

export type TypeOwner =
  | { readonly tag: "interface"; readonly id: InterfaceId }
  | { readonly tag: "world"; readonly id: WorldId };

export type TypeKind =
  | { readonly tag: "record"; readonly fields: readonly Field[] }
  | { readonly tag: "tuple"; readonly types: readonly Type[] }
  | { readonly tag: "variant"; readonly cases: readonly Case[] }
  | { readonly tag: "enum"; readonly cases: readonly EnumCase[] }
  | { readonly tag: "flags"; readonly flags: readonly Flag[] }
  | { readonly tag: "option"; readonly type: Type }
  | { readonly tag: "result"; readonly ok?: Type; readonly err?: Type }
  | { readonly tag: "list"; readonly type: Type }
  | { readonly tag: "fixed-length-list"; readonly type: Type; readonly length: number }
  | { readonly tag: "map"; readonly key: Type; readonly value: Type }
  | { readonly tag: "stream"; readonly type?: Type }
  | { readonly tag: "future"; readonly type?: Type }
  | { readonly tag: "resource" }
  /** A handle; `resource` is the resource's type, or an alias of it. */
  | { readonly tag: "own"; readonly resource: TypeId }
  | { readonly tag: "borrow"; readonly resource: TypeId }
  /** `type a = b;`, or a type brought in by `use`. */
  | { readonly tag: "alias"; readonly type: Type };

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly docs?: string;
  readonly span?: Span;
}

export interface Case {
  readonly name: string;
  /** Absent when the case carries no payload. */
  readonly type?: Type;
  readonly docs?: string;
  readonly span?: Span;
}

export interface EnumCase {
  readonly name: string;
  readonly docs?: string;
  readonly span?: Span;
}

export interface Flag {
  readonly name: string;
  readonly docs?: string;
  readonly span?: Span;
}

/** What any item may carry besides its meaning. */
export interface Annotated {
  /** Text of the `///` comments in front of the item. */
  readonly docs?: string;
  readonly stability?: Stability;
  /** Where the item was written; absent when the model did not come from text. */
  readonly span?: Span;
}

/** `@since`, `@unstable` and `@deprecated` gates. */
export type Stability =
  | { readonly tag: "stable"; readonly since: string; readonly deprecated?: string }
  | { readonly tag: "unstable"; readonly feature: string; readonly deprecated?: string };

/** A place in a source text. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
