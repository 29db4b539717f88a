import { camelCase, type Func, type Resolve, resultType, wireFunctionName } from "@witwire/wit/model";
import type { TypeTraits } from "../model/traits.ts";
import type { ModuleNames } from "../modules/module-names.ts";
import { relativePath } from "../modules/paths.ts";
import { functionsOf } from "../modules/unit.ts";
import { type Doc, group, hardline, indent } from "../text/doc.ts";
import { SourceFile } from "../text/source-file.ts";
import { block, call, callWithObject, objectValue, propertyKey } from "../text/syntax.ts";
import { TypeExpressions } from "./type-expressions.ts";

/**
 * The contract of an interface, or of the functions that a world exports, for lean clients: with its types compiled, so that
 * neither the model is needed nor what compiles it.
 *
 * @returns `undefined` where there is nothing to call, and for contracts with resources, which lean clients do not have
 */
export function leanFile(resolve: Resolve, module: ModuleNames, traits: TypeTraits): SourceFile | undefined {
  const { unit, path, contract, client } = module;
  const functions = functionsOf(resolve, unit, "exports");
  if (functions.length === 0 || functions.some((func) => hasResources(func, traits))) return undefined;
  const file = new SourceFile(path.replace(/\.ts$/, ".lean.ts"), `${unit.tag} ${unit.name}, for lean clients`);
  const name = file.scope.declare(contract);
  const type = file.importType("@witwire/codec/types", "LeanContract");
  const typed = `${type}<${file.importType(relativePath(path, path), client)}>`;
  const types = new TypeExpressions(resolve, file);
  const members = functions.map((func) => functionMember(resolve, func, types));
  const instance = unit.tag === "world" ? "" : unit.name;
  const body = [...types.declarations, ["return ", lines(members), ";"]];
  file.add([
    `export const ${name}: ${typed} = `,
    lines([`instance: ${JSON.stringify(instance)}`, ["functions() ", block(body)]]),
    ";",
  ]);
  return file;
}

function hasResources({ kind, params, result }: Func, traits: TypeTraits): boolean {
  const types = [...params.map(({ type }) => type), result];
  return kind.tag !== "freestanding" || types.some((type) => traits.of(type).sided);
}

/** `read: func("read", { id: u32 }, result(string, problem), true)` */
function functionMember(resolve: Resolve, func: Func, types: TypeExpressions): Doc {
  const name = wireFunctionName(func);
  const isFallible = resultType(resolve, func.result) !== undefined;
  const params = objectValue(func.params.map(({ name, type }) => [camelCase(name), types.type(type)]));
  const maker = types.imported("func");
  const made =
    func.result === undefined
      ? callWithObject(maker, [JSON.stringify(name)], params)
      : call(maker, [JSON.stringify(name), params, types.type(func.result), ...(isFallible ? ["true"] : [])]);
  return group(`${propertyKey(camelCase(name))}: `, made);
}

/** An object with a line for each of its properties. */
function lines(members: readonly Doc[]): Doc {
  return ["{", indent(members.map((member) => [hardline, member, ","])), hardline, "}"];
}
