import type { Resolve } from "@witwire/wit/model";
import { SourceFile } from "../text/source-file.ts";
import { modelPath } from "./contract-constant.ts";

/** The module that holds the model, one definition per line, so that differences between versions can be read. */
export function modelFile(resolve: Resolve): SourceFile {
  const file = new SourceFile(modelPath, "The types that all contracts share, as data.");
  const type = file.importType("@witwire/wit/model", "Resolve");
  const list = (items: readonly unknown[]): string => `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
  const { packages, interfaces, worlds, types } = resolve;
  const parts = Object.entries({ packages, interfaces, worlds, types }).map(
    ([name, items]) => `${JSON.stringify(name)}: ${list(items)}`,
  );
  const text = `{\n${parts.join(",\n")}\n}`.replace(/[\\`]|\$(?=\{)/g, "\\$&");
  file.add(`export const model: ${type} = /* @__PURE__ */ JSON.parse(\`${text}\`);`);
  return file;
}
