import { camelCase } from "@witwire/wit/model";
import { compareNaturally } from "../naming/import-order.ts";
import { NameScope } from "../naming/name-scope.ts";
import { hardline, join } from "../text/doc.ts";
import { SourceFile } from "../text/source-file.ts";

/** A module that has all others as namespaces: `wasiKeyvalueStore`. */
export function indexFile(paths: readonly string[]): SourceFile {
  const file = new SourceFile("index.ts", "Everything, each interface and world as a namespace.");
  const scope = new NameScope();
  const sorted = [...paths].sort(compareNaturally);
  const lines = sorted.map((path) => {
    const name = camelCase(
      path
        .replace(/\.ts$/, "")
        .replace(/[^A-Za-z0-9]+/g, "-")
        .replace(/-+$/, ""),
    );
    return `export * as ${scope.declare(name)} from ${JSON.stringify(`./${path}`)};`;
  });
  file.add(join(hardline, lines));
  return file;
}
