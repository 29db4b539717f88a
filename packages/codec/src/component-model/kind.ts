import type { PrimitiveType, Resolve, Type, TypeKind } from "@witwire/wit/model";
import type { ValueCodec } from "../codec.ts";
import type { CompiledType } from "./compiled-type.ts";
import type { NumericName, NumericRun } from "./numeric-lists.ts";
import type { ComponentModelOptions } from "./options.ts";
import type { CompiledField } from "./records.ts";
import type { Split } from "./splitting.ts";

/** Kinds of definitions that have values of their own: all but aliases, and resources, of which there are handles. */
type ValueKind = Exclude<TypeKind, { readonly tag: "alias" | "resource" }>;

/**
 * How the types of one kind are encoded, as {@link composeCodec} puts them together. What is inside of them is described by
 * {@link PrimitiveKind}, {@link DefinitionKind} and {@link RunKind}; outside of this package they are only named.
 */
export type Kind = PrimitiveKind | DefinitionKind | RunKind;

/** A primitive type. */
export interface PrimitiveKind {
  readonly tag: PrimitiveType;
  compile(options: Required<ComponentModelOptions>): CompiledType;
}

/** Definitions of one kind: records, variants and so on. */
export type DefinitionKind = { [T in ValueKind["tag"]]: DefinitionKindOf<T> }[ValueKind["tag"]];

interface DefinitionKindOf<T extends ValueKind["tag"]> {
  readonly tag: T;
  compile(definition: Extract<ValueKind, { readonly tag: T }>, scope: KindScope): CompiledType;
}

/** Numbers of one type as they follow each other in lists and streams: typed arrays. */
export interface RunKind {
  readonly tag: `list<${NumericName}>`;
  compile(element: CompiledType, options: Required<ComponentModelOptions>): NumericRun;
}

/** What the kinds of definitions need for the types inside of theirs. */
export interface KindScope {
  readonly resolve: Resolve;
  readonly options: Required<ComponentModelOptions>;
  compile(type: Type): CompiledType;
  compileOptional(type: Type | undefined): CompiledType | undefined;
  field(name: string, type: Type): CompiledField;
  /** How numbers of a type follow each other; `undefined` for anything but numbers. */
  run(type: Type | undefined): NumericRun | undefined;
  /** What an alias stands for. */
  target(type: Type): Type;
  /** The type's codec, for values that are sent by themselves. */
  value(type: Type): ValueCodec;
  /** How chunks of elements are parted, for peers that need it. */
  splitChunks(element: Type | undefined): Split | undefined;
}

/** Whether a definition is an option, on which the form of the options around it depends. */
export function isOption(scope: KindScope, type: Type): boolean {
  const id = scope.target(type);
  return typeof id === "number" && scope.resolve.types[id]?.kind.tag === "option";
}
