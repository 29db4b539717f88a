import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { isTest, listSources, type Manifest, readManifests } from "../workspace.ts";
import { findCycles } from "./cycles.ts";
import { findImports, findNodeGlobals, type ModuleImport } from "./imports.ts";
import { allowedSubpaths, corePackages, lazyModules, packageOrder } from "./rules.ts";

/** One breach of a rule. */
export interface Violation {
  /** Path from the root, with the line where there is one. */
  readonly place: string;
  /** What is there, for example `imports "node:net"`. */
  readonly what: string;
  readonly rule: string;
}

/**
 * Checks the sources of `packages/*` under a root. Tests (`*.test.ts`, `*.nats-test.ts` and the like, `testing/`, `testdata/`) are not looked at;
 * `compliance/` is, but may use Node, for it is code that only tests run.
 *
 * @returns what is wrong, and how many files were looked at
 */
export function checkArrows(root: string): { readonly violations: Violation[]; readonly files: number } {
  const manifests = readManifests(root);
  const violations: Violation[] = [];
  let files = 0;
  for (const [name, manifest] of manifests) {
    const folder = join(root, "packages", name);
    const sources = listSources(join(folder, "src"))
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(folder, "src", path));
    files += sources.length;
    violations.push(...checkManifest(name, manifest));
    const graph = new Map<string, string[]>();
    for (const file of sources) {
      const source = readFileSync(file, "utf8");
      const imports = findImports(source);
      const place = { root, file, package: name };
      graph.set(relative(root, file), relativeImports(root, file, imports));
      for (const item of imports) violations.push(...checkImport(place, item, manifests));
      if (corePackages.has(name) && !isCompliance(file)) violations.push(...checkGlobals(place, source));
    }
    violations.push(...checkCycles(graph));
  }
  return { violations, files };
}

type Place = { readonly root: string; readonly file: string; readonly package: string };

function checkManifest(name: string, manifest: Manifest): Violation[] {
  const place = `packages/${name}/package.json`;
  const violations: Violation[] = [];
  if (!packageOrder.includes(name)) {
    violations.push({
      place,
      what: `is package "${name}"`,
      rule: "every package has its place in scripts/arrows/rules.ts",
    });
  }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (corePackages.has(name) && !dependency.startsWith("@witwire/")) {
      violations.push({
        place,
        what: `depends on "${dependency}"`,
        rule: "core packages have no dependencies outside @witwire",
      });
    }
  }
  return violations;
}

function checkImport(place: Place, item: ModuleImport, manifests: ReadonlyMap<string, Manifest>): Violation[] {
  const { specifier, line } = item;
  const report = (rule: string): Violation[] => [
    { place: `${relative(place.root, place.file)}:${line}`, what: `imports "${specifier}"`, rule },
  ];
  if (specifier.startsWith(".")) return checkRelative(place, item, report);
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith("node:")) return report(`Node's modules are written with "node:"`);
    const core = corePackages.has(place.package) && !isCompliance(place.file);
    return core ? report("core packages run in browsers: no Node modules") : [];
  }
  const [scope = "", second = "", ...rest] = specifier.split("/");
  if (scope === "@witwire") return checkSibling(place, second, rest.join("/"), manifests, report);
  const dependency = scope.startsWith("@") ? `${scope}/${second}` : scope;
  return isDeclared(manifests.get(place.package), dependency)
    ? []
    : report(`"${dependency}" is not declared in packages/${place.package}/package.json`);
}

function checkRelative(
  place: Place,
  { specifier, dynamic, typeOnly }: ModuleImport,
  report: (rule: string) => Violation[],
): Violation[] {
  const target = join(dirname(place.file), specifier);
  // For the version. It is beside `dist` as it is beside `src`.
  if (target === join(place.root, "packages", place.package, "package.json")) return [];
  const inside = target.startsWith(join(place.root, "packages", place.package, "src") + sep);
  if (!inside) return report("relative imports stay within the sources of their package");
  if (!existsSync(target)) return report("the file does not exist; imports name files with their extension");
  if (!dynamic && !typeOnly && Object.hasOwn(lazyModules, relative(place.root, target))) {
    return report("this file is loaded with import() and not otherwise");
  }
  return isTest(relative(join(place.root, "packages", place.package), target))
    ? report("sources do not import tests")
    : [];
}

function checkSibling(
  place: Place,
  sibling: string,
  subpath: string,
  manifests: ReadonlyMap<string, Manifest>,
  report: (rule: string) => Violation[],
): Violation[] {
  if (sibling === place.package) return report("a package imports its own files by relative paths");
  const manifest = manifests.get(sibling);
  if (manifest === undefined) return report(`there is no package "${sibling}"`);
  const above = packageOrder.indexOf(sibling) < packageOrder.indexOf(place.package);
  if (!above) return report(`${place.package} comes before ${sibling}: imports go only to packages above`);
  const subpaths = allowedSubpaths[place.package]?.[sibling];
  const lazily = lazyModules[relative(place.root, place.file)]?.[sibling]?.includes(subpath) === true;
  if (subpaths !== undefined && !subpaths.includes(subpath) && !lazily && !isCompliance(place.file)) {
    const allowed = subpaths.map((path) => `${sibling}/${path}`).join(" and ");
    return report(`${place.package} imports ${allowed === "" ? "nothing" : `only ${allowed}`} of ${sibling}`);
  }
  const exported = Object.hasOwn(manifest.exports ?? {}, subpath === "" ? "." : `./${subpath}`);
  if (!exported) return report(`"${sibling}" does not export this`);
  const declared = isDeclared(manifests.get(place.package), `@witwire/${sibling}`);
  return declared ? [] : report(`"@witwire/${sibling}" is not declared in packages/${place.package}/package.json`);
}

function checkGlobals(place: Place, source: string): Violation[] {
  return findNodeGlobals(source).map(({ name, line }) => ({
    place: `${relative(place.root, place.file)}:${line}`,
    what: `uses "${name}"`,
    rule: "core packages run in browsers: no globals of Node",
  }));
}

function checkCycles(graph: ReadonlyMap<string, readonly string[]>): Violation[] {
  return findCycles(graph).map((cycle) => ({
    place: cycle[0] ?? "",
    what: `imports itself: ${cycle.join(" -> ")}`,
    rule: "files of a package do not import each other in a circle",
  }));
}

/** Only what is left at run time: types may refer to each other, but modules that load each other have no order. */
function relativeImports(root: string, file: string, imports: readonly ModuleImport[]): string[] {
  const targets = imports.filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !typeOnly);
  return [...new Set(targets.map(({ specifier }) => relative(root, join(dirname(file), specifier))))];
}

function isDeclared(manifest: Manifest | undefined, dependency: string): boolean {
  return [manifest?.dependencies, manifest?.peerDependencies, manifest?.optionalDependencies].some(
    (declared) => declared !== undefined && Object.hasOwn(declared, dependency),
  );
}

function isCompliance(file: string): boolean {
  return file.split(sep).includes("compliance");
}
