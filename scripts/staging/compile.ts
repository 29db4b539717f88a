import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { run } from "../run.ts";
import { isTest, listSources } from "../workspace.ts";

/**
 * Compiles the sources of some packages in one go, then puts what came of each, and the sources themselves, where it is
 * staged. In one go, because packages see each other's sources, which a compilation per package could not emit.
 */
export async function compilePackages(root: string, names: readonly string[], staging: string): Promise<void> {
  const build = join(staging, ".build");
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  const config = join(build, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    rootDir: join(root, "packages"),
    outDir: build,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    declarationMap: true,
    removeComments: false,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = names.flatMap((name) =>
    listSources(join(root, "packages", name, "src"))
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(root, "packages", name, "src", path)),
  );
  writeFileSync(config, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: [], files }));
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: root });
  for (const name of names) collect(root, name, build, join(staging, name));
  rmSync(build, { recursive: true });
}

function collect(root: string, name: string, build: string, target: string): void {
  const source = join(root, "packages", name, "src");
  const compiled = join(build, name, "src");
  const copy = (from: string, to: string): void =>
    cpSync(from, to, { recursive: true, filter: (path) => !isTest(relative(from, path)) });
  copy(source, join(target, "src"));
  copy(compiled, join(target, "dist"));
  for (const path of listSources(source)) {
    if (!path.endsWith(".ts")) cpSync(join(source, path), join(target, "dist", path));
  }
  for (const path of listSources(join(target, "dist"))) {
    if (path.endsWith(".d.ts.map"))
      pointToSources(join(target, "dist", path), join(compiled, path), source, join(target, "src"));
  }
}

/** The maps were written for the place where they were built; point them to the sources that are published beside them. */
function pointToSources(file: string, built: string, source: string, published: string): void {
  const map = JSON.parse(readFileSync(file, "utf8")) as { sources: string[]; sourceRoot?: string };
  map.sources = map.sources.map((path) => {
    const original = resolve(dirname(built), path);
    return relative(dirname(file), join(published, relative(source, original))).replaceAll("\\", "/");
  });
  writeFileSync(file, JSON.stringify(map));
}
