import type { Type, TypeDef, TypeId } from "@witwire/wit/model";
import { camelCase } from "@witwire/wit/model";
import { ComponentError } from "../errors.ts";
import { charType } from "./chars.ts";
import type { CompiledType } from "./compiled-type.ts";
import { flagsType, maxFlags } from "./flags.ts";
import { borrowType, ownType } from "./handles.ts";
import { maxByteLength } from "./layout.ts";
import type { Elements } from "./lists.ts";
import { anyElements, fixedLengthListType, listType } from "./lists.ts";
import { mapType } from "./maps.ts";
import type { NumericName } from "./numeric-lists.ts";
import { numericElements } from "./numeric-lists.ts";
import type { CompiledField } from "./records.ts";
import { recordType, tupleType } from "./records.ts";
import { scalarTypes } from "./scalars.ts";
import { stringType } from "./strings.ts";
import { enumType, optionType, resultType, taggedOptionType, variantType } from "./variants.ts";

/** Levels of types inside a type, beyond which it is refused: what lifting and lowering need of the stack. */
const maxDepth = 64;

/** Compiles the types of one component, each once. */
export class TypeCompiler {
  readonly #defs: readonly TypeDef[];
  readonly #compiled = new Map<TypeId, CompiledType>();
  /** Definitions that are being compiled, outermost first. */
  readonly #open = new Set<TypeId>();

  constructor(defs: readonly TypeDef[]) {
    this.#defs = defs;
  }

  /** @throws ComponentError `unsupported`; RangeError for types that no component has */
  compile(type: Type): CompiledType {
    const target = this.#target(type);
    if (target === "string") return stringType;
    if (target === "char") return charType;
    if (target === "error-context") throw unsupported("error-context");
    if (typeof target === "string") return scalarTypes[target];
    const known = this.#compiled.get(target);
    if (known !== undefined) return known;
    const compiled = this.#compileOnce(target);
    this.#compiled.set(target, compiled);
    return compiled;
  }

  #compileOnce(id: TypeId): CompiledType {
    const def = this.#def(id);
    if (this.#open.has(id)) throw new RangeError(`${label(def, id)} contains itself, which WIT does not allow`);
    if (this.#open.size > maxDepth) throw tooDeep(def, id);
    this.#open.add(id);
    try {
      const compiled = this.#definition(def, id);
      if (compiled.depth > maxDepth) throw tooDeep(def, id);
      // Nothing larger fits into a list, or into any memory that is worth having.
      if (compiled.size > maxByteLength) throw unsupported(`${label(def, id)} with its ${compiled.size} bytes`);
      if (compiled.size === 0) throw new RangeError(`${label(def, id)} is empty, which WIT does not allow`);
      return compiled;
    } finally {
      this.#open.delete(id);
    }
  }

  #definition(def: TypeDef, id: TypeId): CompiledType {
    const { kind } = def;
    switch (kind.tag) {
      case "record":
        return recordType(kind.fields.map(({ name, type }) => this.#field(name, type)));
      case "tuple":
        return tupleType(kind.types.map((type) => this.compile(type)));
      case "variant":
        if (kind.cases.length === 0) throw noCases(def, id);
        return variantType(kind.cases.map(({ name, type }) => ({ name, type: this.#optional(type) })));
      case "enum":
        if (kind.cases.length === 0) throw noCases(def, id);
        return enumType(kind.cases.map(({ name }) => name));
      case "flags":
        if (kind.flags.length === 0) throw new RangeError(`${label(def, id)} has no flags, which WIT does not allow`);
        if (kind.flags.length > maxFlags) throw unsupported(`${label(def, id)} with more than ${maxFlags} flags`);
        return flagsType(kind.flags.map(({ name }) => propertyName(name)));
      case "option":
        return (this.#isOption(kind.type) ? taggedOptionType : optionType)(this.compile(kind.type));
      case "result":
        return resultType(this.#optional(kind.ok), this.#optional(kind.err));
      case "list":
        return listType(this.#elements(kind.type));
      case "fixed-length-list":
        return fixedLengthListType(this.#elements(kind.type), kind.length);
      case "map":
        return this.#map(kind.key, kind.value);
      case "stream":
      case "future":
        throw unsupported(`${kind.tag}, of component-model async`);
      case "own":
        return ownType(this.#resource(kind.resource));
      case "borrow":
        return borrowType(this.#resource(kind.resource));
      case "resource":
        throw new RangeError(`${label(def, id)} is a resource, of which values are own or borrow handles`);
      case "alias":
        return this.compile(kind.type);
    }
  }

  #optional(type: Type | undefined): CompiledType | undefined {
    return type === undefined ? undefined : this.compile(type);
  }

  #field(name: string, type: Type): CompiledField {
    return { key: propertyName(name), type: this.compile(type) };
  }

  #elements(type: Type): Elements {
    const target = this.#target(type);
    return isNumeric(target) ? numericElements(target) : anyElements(this.compile(target));
  }

  #map(keyType: Type, valueType: Type): CompiledType {
    const key = this.compile(keyType);
    const value = this.compile(valueType);
    return mapType(tupleType([key, value]), key, value);
  }

  #isOption(type: Type): boolean {
    const target = this.#target(type);
    return typeof target === "number" && this.#def(target).kind.tag === "option";
  }

  /** The resource itself, whichever alias leads there. */
  #resource(id: TypeId): TypeId {
    const target = this.#target(id);
    if (typeof target === "string" || this.#def(target).kind.tag !== "resource") {
      throw new RangeError(`type ${id} is no resource, and so there are no handles of it`);
    }
    return target;
  }

  /** What an alias stands for. */
  #target(type: Type): Type {
    let current = type;
    for (let steps = 0; typeof current === "number"; steps++) {
      const { kind } = this.#def(current);
      if (kind.tag !== "alias") break;
      if (steps > this.#defs.length) throw new RangeError(`type ${type} is an alias of itself`);
      current = kind.type;
    }
    return current;
  }

  #def(id: TypeId): TypeDef {
    const def = this.#defs[id];
    if (def === undefined) throw new RangeError(`there is no type ${id}`);
    return def;
  }
}

function isNumeric(type: Type): type is NumericName {
  return typeof type === "string" && type !== "bool" && type in scalarTypes;
}

/** The name in JavaScript. No WIT text has names with underscores, but components also come from elsewhere. */
function propertyName(name: string): string {
  const key = camelCase(name);
  if (key === "__proto__") throw new RangeError(`"${name}" cannot be the name of a field or flag`);
  return key;
}

function label(def: TypeDef, id: TypeId): string {
  return def.name === undefined ? `type ${id}` : `type "${def.name}"`;
}

function unsupported(what: string): ComponentError {
  return new ComponentError("unsupported", `unsupported: ${what}`);
}

function noCases(def: TypeDef, id: TypeId): RangeError {
  return new RangeError(`${label(def, id)} has no cases, which WIT does not allow`);
}

function tooDeep(def: TypeDef, id: TypeId): ComponentError {
  return unsupported(`${label(def, id)}, which nests more than ${maxDepth} levels deep`);
}
