import type { TypeId } from "../model/types.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { readBuiltin } from "./canonical-builtins.ts";
import { checkLift, loweredSignature } from "./canonical-functions.ts";
import { readCanonicalOptions } from "./canonical-options.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { Definition } from "./definitions.ts";
import type { Scope } from "./scope.ts";
import { ValueTypeReader } from "./value-types.ts";

/** Reads `canon`. */
export function readCanonicalDefinition(decoding: Decoding, scope: Scope, reader: ByteReader): Definition {
  const offset = reader.at;
  const opcode = reader.byte("a canonical definition");
  switch (opcode) {
    case 0x00:
      return lift(decoding, scope, reader, offset);
    case 0x01:
      return lower(decoding, scope, reader, offset);
    case 0x02:
    case 0x03:
    case 0x04: {
      const tag = opcode === 0x02 ? "resource.new" : opcode === 0x03 ? "resource.drop" : "resource.rep";
      const at = reader.at;
      const type = new ValueTypeReader(decoding, scope, reader).resource();
      const resource = decoding.arena.resource(type) ?? type;
      if (tag !== "resource.drop") checkLocal(scope, resource, tag, at);
      const results = tag === "resource.drop" ? [] : ["i32"];
      scope.addCore({ tag: "core-func", params: ["i32"], results }, offset);
      return { tag, offset, resource };
    }
    default: {
      const { name, type } = readBuiltin(decoding, scope, reader, opcode);
      scope.addCore(type, offset);
      return { tag: "async-builtin", offset, name };
    }
  }
}

function lift(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  readFuncSort(reader);
  const core = reader.u32("the index of a core function");
  const options = readCanonicalOptions(scope, reader);
  const index = reader.u32("the index of a function type");
  const type = scope.at("types", index, offset);
  if (type.tag !== "func") throw invalid(offset, `type index ${index} is not a function type`);
  checkLift(decoding, scope, core, type.type, options, offset);
  scope.add(type, offset);
  return { tag: "lift", offset, core, options, type: type.type };
}

function lower(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  readFuncSort(reader);
  const index = reader.u32("the index of a function");
  const options = readCanonicalOptions(scope, reader);
  const type = scope.at("funcs", index, offset);
  scope.addCore(loweredSignature(decoding, type, options, offset), offset);
  return { tag: "lower", offset, function: index, options, type };
}

/** The byte that stands for the sort of the function. */
function readFuncSort(reader: ByteReader): void {
  const offset = reader.at;
  const byte = reader.byte("the sort of a canonical function");
  if (byte !== 0x00) throw malformed(offset, `canon lift and canon lower go on with 0x00, not 0x${hex(byte)}`);
}

function checkLocal(scope: Scope, resource: TypeId, tag: string, offset: number): void {
  if (scope.definedResources.get(resource) === "own") return;
  throw invalid(offset, `"${tag}" is for resources that this component defines, and this type is not a local resource`);
}
