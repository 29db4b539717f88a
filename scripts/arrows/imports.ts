import { blankNonCode } from "./blank.ts";

/** A module that a source file names in an import, a re-export or `import()`. */
export interface ModuleImport {
  readonly specifier: string;
  /** Written `import type` or `export type`, so that nothing of it is left when the code runs. */
  readonly typeOnly: boolean;
  /** Written `import(…)`, so that it is loaded when the code gets there. */
  readonly dynamic: boolean;
  /** Counts from 1. */
  readonly line: number;
}

const statement = /(?:^|[;}\n])\s*(?:import|export)\b(?:[^;'"()]*?\bfrom\s*|\s*)(["'])([^"'\n]+)\1/g;
const dynamic = /\bimport\s*\(\s*(["'])([^"'\n]+)\1/g;

/** Everything that a TypeScript source imports, types included, in the order of the text. */
export function findImports(source: string): ModuleImport[] {
  const code = blankNonCode(source, { strings: false });
  const found: (ModuleImport & { readonly index: number })[] = [];
  for (const pattern of [statement, dynamic]) {
    for (const match of code.matchAll(pattern)) {
      const specifier = match[2] ?? "";
      const index = match.index + match[0].lastIndexOf(specifier);
      const typeOnly = /^[;}\s]*(?:import|export)\s+type\b(?!\s*from\b)/.test(match[0]);
      found.push({ specifier, typeOnly, dynamic: pattern === dynamic, index, line: lineAt(code, index) });
    }
  }
  return found.sort((a, b) => a.index - b.index).map(({ index, ...item }) => item);
}

/** Lines on which a global of Node is used that browsers do not have. */
export function findNodeGlobals(source: string): { readonly name: string; readonly line: number }[] {
  const code = blankNonCode(source, { strings: true });
  return [
    ...code.matchAll(/(?:(?<![.\w$#])|\bglobalThis\.)(Buffer|process|__dirname|__filename|require)\b(?!\s*\??:)/g),
  ].map((match) => ({ name: match[1] ?? "", line: lineAt(code, match.index) }));
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
