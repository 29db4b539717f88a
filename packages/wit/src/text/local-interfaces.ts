/** Interfaces and functions of a package on its own. */
import type { Func, FuncKind, InterfaceId, Param, Type, TypeId } from "../model/types.ts";
import type {
  Attribute,
  Comments,
  FuncSignature,
  Id,
  InterfaceMember,
  ResourceMember,
  TypeItem,
  TypeNode,
} from "./ast.ts";
import { docsOf } from "./docs.ts";
import { errorAt } from "./errors.ts";
import { stabilityOf } from "./gates.ts";
import type { LocalPackage } from "./local-package.ts";
import { UniqueNames } from "./local-scope.ts";
import { annotations, LocalTypes } from "./local-types.ts";
import { spanOf } from "./source.ts";

/** The syntax of an interface, named or inline. */
interface InterfaceSyntax {
  readonly name: Id;
  readonly comments: Comments;
  readonly attributes: readonly Attribute[];
  readonly members: readonly InterfaceMember[];
}

/** Fills in the interface that has been given an id before. */
export function resolveInterface(local: LocalPackage, id: InterfaceId, syntax: InterfaceSyntax, file: number): void {
  const draft = local.interfaces[id];
  if (draft === undefined) throw new TypeError(`there is no interface ${id}`);
  const { members } = syntax;
  const docs = docsOf(syntax.comments, local.work);
  if (docs !== undefined) draft.docs = docs;
  const stability = stabilityOf(syntax.attributes);
  if (stability !== undefined) draft.stability = stability;

  const types = new LocalTypes(local, { tag: "interface", id }, `the interface "${syntax.name.name}"`);
  types.define(
    members.filter((member) => member.tag === "use" || member.tag === "type"),
    file,
  );
  for (const [name, named] of types.scope) if ("type" in named) draft.types.set(name, named.type);
  for (const member of members) {
    if (member.tag === "func") {
      types.names.add(member.name);
      types.scope.set(member.name.name, { function: true });
      const kind: FuncKind = { tag: "freestanding", async: member.func.async };
      draft.functions.set(member.name.name, resolveFunction(local, types, member, member.name.name, kind));
    } else if (member.tag === "type") {
      for (const func of resolveMembers(local, types, member)) draft.functions.set(func.name, func);
    }
  }
  local.interfaceScopes[id] = types.scope;
}

/** The functions of a resource; nothing for other types. */
export function resolveMembers(local: LocalPackage, types: LocalTypes, item: TypeItem): Func[] {
  const { definition, name } = item;
  if (definition.tag !== "resource") return [];
  const named = types.scope.get(name.name);
  if (named === undefined || !("type" in named)) throw new TypeError(`the resource ${name.name} was not defined`);
  return definition.members.map((member) => {
    const suffix = member.tag === "constructor" ? "" : `.${member.name.name}`;
    const fullName = `[${member.tag}]${name.name}${suffix}`;
    return resolveFunction(local, types, member, fullName, memberKind(member, named.type));
  });
}

function memberKind({ tag, func }: ResourceMember, resource: TypeId): FuncKind {
  return tag === "constructor" ? { tag, async: false, resource } : { tag, async: func.async, resource };
}

/** A function, with its parameters and result resolved. */
export function resolveFunction(
  local: LocalPackage,
  types: LocalTypes,
  item: { readonly name: Id; readonly func: FuncSignature } & Pick<InterfaceSyntax, "comments" | "attributes">,
  name: string,
  kind: FuncKind,
): Func {
  const docs = docsOf(item.comments, local.work);
  const head = annotations(item.attributes);
  const params = resolveParams(types, item.func, kind, name);
  const result = resolveResult(local, types, item.func.result, kind);
  return {
    name,
    kind,
    params,
    ...(result === undefined ? {} : { result }),
    ...(docs === undefined ? {} : { docs }),
    ...head,
    span: spanOf(item.name.place),
  };
}

function resolveParams(types: LocalTypes, func: FuncSignature, kind: FuncKind, name: string): Param[] {
  const names = new UniqueNames(`the parameters of "${name}"`);
  const self: Param[] = kind.tag === "method" ? [{ name: "self", type: types.borrow(kind.resource) }] : [];
  return [
    ...self,
    ...func.params.map((param): Param => {
      if (self.length > 0 && param.name.name === "self") {
        throw errorAt(
          param.name.place,
          '"self" is the parameter that every method has without being written; rename this one',
        );
      }
      names.add(param.name);
      return { name: param.name.name, type: types.type(param.type), span: spanOf(param.name.place) };
    }),
  ];
}

function resolveResult(
  local: LocalPackage,
  types: LocalTypes,
  node: TypeNode | undefined,
  kind: FuncKind,
): Type | undefined {
  if (kind.tag !== "constructor") return node === undefined ? undefined : types.type(node);
  if (node === undefined) return kind.resource;
  const type = types.type(node);
  const found = typeof type === "string" ? undefined : local.types[type]?.kind;
  if (found?.tag !== "result") {
    throw errorAt(
      node.place,
      'a constructor may only declare "result<…>" of its resource; leave the result out otherwise',
    );
  }
  if (found.ok !== kind.resource) {
    const ok = node.tag === "result" ? node.ok : undefined;
    throw errorAt((ok ?? node).place, "the ok type of a constructor's result must be the resource itself");
  }
  return type;
}
