/** Imports and exports: what happens when a scope lists something under a name. */
import type { Type, TypeId } from "../model/types.ts";
import { invalid } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { ResourceBinding } from "./definitions.ts";
import { type Declaration, describeSort, type Entity, entityDepth, instanceInfo, sortOf } from "./entities.ts";
import type { ExternNameText } from "./extern-name.ts";
import { checkInterfaceName, parseExternName } from "./names.ts";
import type { Scope, Side } from "./scope.ts";
import { Substitution } from "./substitution.ts";

/** What a scope got by listing something. */
export interface Declared {
  readonly entity: Entity;
  readonly resources: readonly ResourceBinding[];
}

/** Lists an import. */
export function declareImport(decoding: Decoding, scope: Scope, name: ExternNameText, type: Entity): Declared {
  const { entity, resources } = attach(decoding, type, name.offset);
  for (const { path, resource } of resources) {
    scope.importedResources.push({ path: [name.text, ...path], resource });
  }
  list(decoding, scope, "import", name, entity);
  return { entity, resources };
}

/** Lists an export. */
export function declareExport(decoding: Decoding, scope: Scope, name: ExternNameText, type: Entity): Declared {
  const { entity, resources } = attach(decoding, type, name.offset);
  for (const { resource } of resources) scope.definedResources.set(resource, "foreign");
  list(decoding, scope, "export", name, entity);
  return { entity, resources };
}

/**
 * Something now has this type, so the resources that the type introduces become fresh ones: two imports of one type are
 * two things with resources of their own.
 */
function attach(decoding: Decoding, entity: Entity, offset: number): Declared {
  if (entity.tag === "type" && entity.bound === "sub-resource") {
    return { entity, resources: [{ path: [], resource: entity.type }] };
  }
  if (entity.tag !== "instance" || entity.type.resources.length === 0) return { entity, resources: [] };
  const substitution = new Substitution(decoding.arena, decoding.budget, offset);
  const resources = freshResources(decoding, entity.type.resources, substitution, offset);
  const exports = substitution.declarations(entity.type.exports);
  return { entity: { tag: "instance", type: instanceInfo(exports, []) }, resources };
}

/** Makes a new resource for each, and has the substitution put them in place of the old ones. */
export function freshResources(
  decoding: Decoding,
  bindings: readonly ResourceBinding[],
  substitution: Substitution,
  offset: number,
): ResourceBinding[] {
  return bindings.map(({ path, resource }) => {
    const fresh = decoding.arena.add({ tag: "resource" }, offset, path.at(-1));
    substitution.replace(resource, fresh);
    return { path, resource: fresh };
  });
}

function list(decoding: Decoding, scope: Scope, kind: "import" | "export", name: ExternNameText, entity: Entity): void {
  scope.add(entity, name.offset);
  const side = kind === "import" ? scope.imports : scope.exports;
  if (entity.tag === "type" && decoding.arena.resource(entity.type) !== undefined) {
    side.resources.set(entity.type, name.text);
    side.resourceNames.add(name.text);
  }
  if (scope.visibility?.admit(entity, kind, name.offset) === false) {
    throw invalid(
      name.offset,
      `${sortOf(entity)} not valid to be used as ${kind}: "${name.text}" mentions a resource, record, variant, enum or flags that no earlier ${kind} gives a name to`,
    );
  }
  side.declarations.push(declaration(decoding, side, `${kind} name`, name, entity));
}

/** Checks the name and attributes of an import or export against what it names. */
export function declaration(
  decoding: Decoding,
  side: Side,
  what: string,
  name: ExternNameText,
  type: Entity,
): Declaration {
  const { text, offset, implemented, externalId, versionSuffix } = name;
  decoding.budget.depth(offset, entityDepth(type) + 1, "instances and components are");
  checkName(decoding, side, what, name, type);
  side.names.add(text, offset);
  if (versionSuffix !== undefined && type.tag !== "instance") {
    throw invalid(offset, `only instances can have a version suffix, and "${text}" is ${describeSort(sortOf(type))}`);
  }
  if (implemented !== undefined) {
    if (type.tag !== "instance")
      throw invalid(offset, `only instances can have an "implements", and "${text}" is ${describeSort(sortOf(type))}`);
    checkInterfaceName(implemented, "implemented interface", offset);
  }
  return {
    name: text,
    type,
    ...(implemented !== undefined && { implements: implemented }),
    ...(externalId !== undefined && { externalId }),
    ...(versionSuffix !== undefined && { versionSuffix }),
  };
}

function checkName(decoding: Decoding, side: Side, what: string, name: ExternNameText, type: Entity): void {
  const { text, offset } = name;
  const parsed = parseExternName(text, what, offset, name.versionSuffix);
  if (name.implemented !== undefined && parsed.tag !== "label") {
    throw invalid(offset, `the ${what} "${text}" is not valid with "implements": only plain names are`);
  }
  if (parsed.tag === "label" || parsed.tag === "interface") return;
  if (type.tag !== "func")
    throw invalid(offset, `the ${what} "${text}" is that of a function, but this is ${describeSort(sortOf(type))}`);
  const { params, result } = type.type;
  if (parsed.tag === "static") {
    if (!side.resourceNames.has(parsed.resource)) {
      throw invalid(
        offset,
        `the ${what} "${text}": static resource name is not known in this context, "${parsed.resource}" must come first`,
      );
    }
    return;
  }
  if (parsed.tag === "constructor") {
    if (type.type.async) throw invalid(offset, `the ${what} "${text}": a constructor function cannot be async`);
    const handle = constructed(decoding, result);
    if (handle === undefined) {
      throw invalid(
        offset,
        `the ${what} "${text}": the function should return (own $T) or (result (own $T)), $T being "${parsed.resource}"`,
      );
    }
    checkResource(side, what, name, parsed.resource, handle);
    return;
  }
  const self = params[0];
  if (self === undefined)
    throw invalid(offset, `the ${what} "${text}": the function should have at least one argument`);
  if (self.name !== "self") {
    throw invalid(
      offset,
      `the ${what} "${text}": the function should have a first argument called "self", not "${self.name}"`,
    );
  }
  const kind = decoding.arena.targetKind(self.type);
  if (typeof kind === "string" || kind.tag !== "borrow") {
    throw invalid(
      offset,
      `the ${what} "${text}": the function should take a first argument of (borrow $T), $T being "${parsed.resource}"`,
    );
  }
  checkResource(side, what, name, parsed.resource, kind.resource);
}

function checkResource(
  side: Side,
  what: string,
  { text, offset }: ExternNameText,
  expected: string,
  handle: TypeId,
): void {
  const found = side.resources.get(handle);
  if (found === expected) return;
  if (found === undefined) {
    throw invalid(offset, `the ${what} "${text}": the resource used in function does not have a name in this context`);
  }
  throw invalid(
    offset,
    `the ${what} "${text}": the function does not match expected resource name "${expected}", it is about "${found}"`,
  );
}

/** The resource that a constructor makes. */
function constructed(decoding: Decoding, result: Type | undefined): TypeId | undefined {
  if (result === undefined) return undefined;
  const kind = decoding.arena.targetKind(result);
  if (typeof kind === "string") return undefined;
  if (kind.tag === "own") return kind.resource;
  if (kind.tag !== "result" || kind.ok === undefined) return undefined;
  const ok = decoding.arena.targetKind(kind.ok);
  return typeof ok !== "string" && ok.tag === "own" ? ok.resource : undefined;
}
