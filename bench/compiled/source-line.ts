import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Frame } from "../profile/costs.ts";
import { compiledFolder } from "./compile.ts";

const root = join(import.meta.dirname, "../..");
const maps = new Map<string, SourceMap | undefined>();

/** The line, from 0, of the source that was compiled to it; the same line where nothing was compiled. */
export function sourceLine({ url, lineNumber, columnNumber = 0 }: Omit<Frame, "functionName">): number {
  const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
  return entry !== undefined && "originalLine" in entry ? entry.originalLine : lineNumber;
}

function mapOf(url: string): SourceMap | undefined {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return undefined;
  if (!maps.has(url)) {
    const file = join(compiledFolder, relative(root, fileURLToPath(url)).replace(/\.ts$/, ".js.map"));
    maps.set(url, existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, "utf8"))) : undefined);
  }
  return maps.get(url);
}
