import { documented } from "../text/doc-comment.ts";
import { block } from "../text/syntax.ts";
import { contractConstant } from "./contract-constant.ts";
import type { ModuleNames } from "./module-names.ts";
import { ModuleWriter, type Workspace } from "./module-writer.ts";
import { annotationOf, functionsOf } from "./unit.ts";

/** Writes the module of an interface. @param modelId its id in the embedded model */
export function writeInterface(workspace: Workspace, module: ModuleNames, modelId: number): void {
  const { resolve } = workspace;
  const { unit, file, client, handler } = module;
  const writer = new ModuleWriter(workspace, module);
  const members = writer.members(functionsOf(resolve, unit, "exports"));
  writer.declareTypes();
  writer.declareResources(members);
  // Where there is nothing to call, there is nothing to implement.
  if (members.functions.length === 0 && members.resources.length === 0) return;
  const { docs, stability } = annotationOf(resolve, unit);
  file.add(
    writer.clientInterface(client, `Calls \`${unit.name}\`.`, members),
    documented({ docs: `Implements \`${unit.name}\`.` }, [
      `export interface ${handler} `,
      block(writer.handlerMembers(members)),
    ]),
  );
  declareErrors(writer, module, members);
  const constant = contractConstant(module, "InterfaceContract", "typedInterface", [
    String(modelId),
    JSON.stringify(unit.name),
  ]);
  file.add(documented({ docs: docs ?? `The contract \`${unit.name}\`.`, stability }, constant));
}

/** Declares what functions throw, where any does. */
export function declareErrors(
  writer: ModuleWriter,
  { file, errors }: ModuleNames,
  members: Parameters<ModuleWriter["errorMembers"]>[0],
): void {
  const payloads = writer.errorMembers(members);
  if (payloads.length === 0) return;
  file.add(
    documented({ docs: "The payloads of what the functions throw as `WitError`." }, [
      `export interface ${errors} `,
      block(payloads),
    ]),
  );
}
