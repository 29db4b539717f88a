/** Imports and exports: what happens when a scope lists something under a name. */
import { invalid } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { ResourceBinding } from "./definitions.ts";
import { type Declaration, describeSort, type Entity, entityDepth, instanceInfo, sortOf } from "./entities.ts";
import type { ExternNameText } from "./extern-name.ts";
import { checkInterfaceName, parseExternName } from "./names.ts";
import { resourceFunctionProblem } from "./resource-functions.ts";
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
  const problem =
    type.tag === "func"
      ? resourceFunctionProblem(decoding.arena, side, parsed, type.type)
      : `only a function can have it, and this is not a func, it is ${describeSort(sortOf(type))}`;
  if (problem !== undefined) throw invalid(offset, `the ${what} "${text}": ${problem}`);
}
