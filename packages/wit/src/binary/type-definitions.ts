/** The sections of types and core types, and what component and instance types are made of. */

import { aliasInType } from "./aliases.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { coreModuleInfo } from "./core-module.ts";
import { readCoreExternType, readCoreValueType, readRecursiveTypes } from "./core-types.ts";
import { declareExport, declareImport } from "./declarations.ts";
import { invalid, malformed, unsupported } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { Definition } from "./definitions.ts";
import { type CoreModuleInfo, type Entity, type InstanceInfo, instanceInfo } from "./entities.ts";
import { readExternName } from "./extern-name.ts";
import { componentInfo } from "./finish.ts";
import { type CoreType, Scope } from "./scope.ts";
import { ValueTypeReader } from "./value-types.ts";

/** Reads `type`. A resource is something that happens when a component runs, so it is also a definition. */
export function readType(decoding: Decoding, scope: Scope, reader: ByteReader): Definition | undefined {
  const offset = reader.at;
  const byte = reader.peek("a type");
  const values = new ValueTypeReader(decoding, scope, reader);
  if (byte === 0x3f) {
    reader.at++;
    return readResource(decoding, scope, reader, offset);
  }
  if (byte === 0x40 || byte === 0x43) {
    reader.at++;
    scope.addType({ tag: "func", type: values.functionType(byte === 0x43) }, offset);
  } else if (byte === 0x41) {
    reader.at++;
    const inner = new Scope("component-type", scope, decoding.arena, decoding.budget);
    readDeclarators(decoding, inner, reader);
    scope.addType({ tag: "component", type: componentInfo(decoding, inner, offset) }, offset);
  } else if (byte === 0x42) {
    reader.at++;
    scope.addType({ tag: "instance", type: readInstanceType(decoding, scope, reader) }, offset);
  } else {
    scope.addType({ tag: "value", type: values.definition() }, offset);
  }
  return undefined;
}

function readResource(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  if (scope.kind !== "component") throw invalid(offset, "resources can only be defined within a concrete component");
  const representation = readCoreValueType(reader);
  if (representation === "i64") throw unsupported(offset, "resources represented by i64 are not supported");
  if (representation !== "i32")
    throw invalid(offset, `resources can only be represented by "i32", not "${representation}"`);
  const at = reader.at;
  const optional = reader.byte("an optional destructor");
  if (optional > 1) throw malformed(at, `an optional destructor begins with 0x00 or 0x01, not 0x${hex(optional)}`);
  const destructor = optional === 0 ? undefined : reader.u32("the index of a destructor");
  if (destructor !== undefined) {
    const { params, results } = scope.at("coreFuncs", destructor, at);
    if (params.join() !== "i32" || results.length > 0) {
      throw invalid(
        at,
        `core function ${destructor} has wrong signature for a destructor, which takes an i32 and returns nothing`,
      );
    }
  }
  const resource = decoding.arena.add({ tag: "resource" }, offset);
  scope.definedResources.set(resource, "own");
  scope.addType({ tag: "value", type: resource }, offset);
  return { tag: "resource", offset, resource, ...(destructor !== undefined && { destructor }) };
}

function readInstanceType(decoding: Decoding, scope: Scope, reader: ByteReader): InstanceInfo {
  const inner = new Scope("instance-type", scope, decoding.arena, decoding.budget);
  readDeclarators(decoding, inner, reader);
  const info = componentInfo(decoding, inner, reader.at);
  return instanceInfo(info.exports, info.definedResources);
}

function readDeclarators(decoding: Decoding, scope: Scope, reader: ByteReader): void {
  decoding.budget.depth(reader.at, scope.depth, "components and their types are");
  reader.list("declarators", () => {
    const offset = reader.at;
    decoding.budget.step(offset);
    const byte = reader.byte("a declarator");
    switch (byte) {
      case 0x00:
        return readCoreType(decoding, scope, reader);
      case 0x01:
        return void readType(decoding, scope, reader);
      case 0x02:
        return aliasInType(decoding, scope, reader);
      case 0x03: {
        if (scope.kind !== "component-type") throw malformed(offset, "an instance type has no imports");
        const name = readExternName(reader, "import name");
        return void declareImport(decoding, scope, name, readExternType(decoding, scope, reader, name.text));
      }
      case 0x04: {
        const name = readExternName(reader, "export name");
        return void declareExport(decoding, scope, name, readExternType(decoding, scope, reader, name.text));
      }
      default:
        throw malformed(offset, `no declarator begins with 0x${hex(byte)}`);
    }
  });
}

/** Reads `externtype`. `name` is given to types that come about with it. */
export function readExternType(decoding: Decoding, scope: Scope, reader: ByteReader, name: string): Entity {
  const offset = reader.at;
  const byte = reader.byte("the type of an import or export");
  switch (byte) {
    case 0x00: {
      const sort = reader.byte("the sort of a core import or export");
      if (sort !== 0x11)
        throw malformed(offset + 1, `of core definitions, only modules (0x11) can be imported, not 0x${hex(sort)}`);
      const index = reader.u32("the index of a core module type");
      const type = scope.at("coreTypes", index, offset);
      if (type.tag !== "core-module") throw invalid(offset, `core type index ${index} is not a module type`);
      return { tag: "core-module", type: type.type };
    }
    case 0x01:
    case 0x04:
    case 0x05: {
      const wanted = byte === 0x01 ? "func" : byte === 0x04 ? "component" : "instance";
      const index = reader.u32(`the index of a type of ${wanted}s`);
      const type = scope.at("types", index, offset);
      if (type.tag !== "value" && type.tag === wanted) return type;
      throw invalid(
        offset,
        `type index ${index} is not ${wanted === "instance" ? "an" : "a"} ${wanted === "func" ? "function" : wanted} type`,
      );
    }
    case 0x02:
      throw unsupported(offset, "imports and exports of values are not supported");
    case 0x03:
      return readTypeBound(decoding, scope, reader, name);
    default:
      throw malformed(offset, `no type of an import or export begins with 0x${hex(byte)}`);
  }
}

function readTypeBound(decoding: Decoding, scope: Scope, reader: ByteReader, name: string): Entity {
  const offset = reader.at;
  const byte = reader.byte("the bound of a type");
  if (byte === 0x01)
    return { tag: "type", type: decoding.arena.add({ tag: "resource" }, offset, name), bound: "sub-resource" };
  if (byte !== 0x00) throw malformed(offset, `the bound of a type is 0x00 or 0x01, not 0x${hex(byte)}`);
  return typeEntity(decoding, scope, reader.u32("the index of a type"), name, offset);
}

/** A type under a new name, which is equal to the one with that index. */
export function typeEntity(decoding: Decoding, scope: Scope, index: number, name: string, offset: number): Entity {
  const type = scope.at("types", index, offset);
  if (type.tag !== "value") return { tag: "type-of", of: type };
  return { tag: "type", type: decoding.arena.add({ tag: "alias", type: type.type }, offset, name), bound: "eq" };
}

/** Reads `core:type`. */
export function readCoreType(decoding: Decoding, scope: Scope, reader: ByteReader): undefined {
  const offset = reader.at;
  const byte = reader.peek("a core type");
  if (byte === 0x50) {
    reader.at++;
    scope.addCoreType({ tag: "core-module", type: readModuleType(decoding, scope, reader) }, offset);
    return;
  }
  if (byte === 0x00) {
    reader.at++;
    const next = reader.peek("a core type");
    if (next !== 0x50) throw malformed(reader.at, `0x50 must follow 0x00 in a core type, not 0x${hex(next)}`);
  }
  for (const type of readRecursiveTypes(reader)) scope.addCoreType(type, offset);
}

function readModuleType(decoding: Decoding, scope: Scope, reader: ByteReader): CoreModuleInfo {
  const start = reader.at;
  const types: CoreType[] = [];
  const imports: CoreModuleInfo["imports"][number][] = [];
  const exports: CoreModuleInfo["exports"][number][] = [];
  reader.list("declarators of a module type", () => {
    const offset = reader.at;
    decoding.budget.step(offset);
    const byte = reader.byte("a declarator of a module type");
    switch (byte) {
      case 0x00: {
        const module = reader.name("the module of an import");
        const name = reader.name("the name of an import");
        imports.push({ module, name, type: readCoreExternType(reader, types) });
        return;
      }
      case 0x01:
        for (const type of readRecursiveTypes(reader)) types.push(type);
        return;
      case 0x02:
        types.push(readCoreTypeAlias(scope, types, reader));
        return;
      case 0x03: {
        const name = reader.name("the name of an export");
        exports.push({ name, type: readCoreExternType(reader, types) });
        return;
      }
      default:
        throw malformed(offset, `no declarator of a module type begins with 0x${hex(byte)}`);
    }
  });
  return coreModuleInfo(imports, exports, start);
}

/** `core:alias`; level 0 is the module type itself. */
function readCoreTypeAlias(scope: Scope, types: readonly CoreType[], reader: ByteReader): CoreType {
  const offset = reader.at;
  const sort = reader.byte("the sort of a core alias");
  const target = reader.byte("the target of a core alias");
  if (sort !== 0x10 || target !== 0x01) throw malformed(offset, "an alias in a module type begins with 0x10 0x01");
  const count = reader.u32("the level of an outer alias");
  const index = reader.u32("the index of a core type");
  if (count === 0) {
    const type = types[index];
    if (type === undefined)
      throw invalid(offset, `unknown core type ${index}: type index out of bounds, there are ${types.length} so far`);
    return type;
  }
  const type = scope.outward(count - 1, offset).scope.at("coreTypes", index, offset);
  if (type.tag === "core-module")
    throw invalid(offset, "a module type cannot hold another module type, as an alias neither");
  return type;
}
