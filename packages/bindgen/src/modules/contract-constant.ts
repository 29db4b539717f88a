import { type Doc, group, indent, line } from "../text/doc.ts";
import { call } from "../text/syntax.ts";
import type { ModuleNames } from "./module-names.ts";
import { relativePath } from "./paths.ts";

/** Where the embedded model is. */
export const modelPath = "model.ts";

const modelModule = "@witwire/wit/model";

/** `export const store: InterfaceContract<StoreClient, StoreHandler> = typedInterface(model, 0, "…");` */
export function contractConstant(
  { file, path, contract, client, handler }: Pick<ModuleNames, "file" | "path" | "contract" | "client" | "handler">,
  type: "InterfaceContract" | "WorldContract",
  maker: "typedInterface" | "typedWorld",
  args: readonly string[],
): Doc {
  const typed = `${file.importType(modelModule, type)}<${client}, ${handler}>`;
  const model = file.importValue(relativePath(path, modelPath), "model");
  // Bundlers leave out contracts that nobody uses only where they are told that making one changes nothing.
  const made = call(`/* @__PURE__ */ ${file.importValue(modelModule, maker)}`, [model, ...args]);
  return [`export const ${contract}: ${typed} =`, group(indent(line)), made, ";"];
}
