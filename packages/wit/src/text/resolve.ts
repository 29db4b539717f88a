import { formatPackageName } from "../model/names.ts";
import type { PackageId, PackageName, Resolve } from "../model/types.ts";
import type { PackageFile, PackageHeader } from "./ast.ts";
import { docsOf } from "./docs.ts";
import { finish } from "./draft.ts";
import { errorAt, WitSourceError } from "./errors.ts";
import { type Features, Gates } from "./gates.ts";
import { defaultWitLimits, greatestDepth, type WitLimits } from "./limits.ts";
import { linkPackage } from "./link-package.ts";
import { LocalPackage, type PackageSyntax, packageNameOf } from "./local-package.ts";
import { ModelBuilder } from "./model-builder.ts";
import { comparePackageNames } from "./package-order.ts";
import { parseFile } from "./parse-file.ts";
import { printWit } from "./print.ts";
import { type Place, Source } from "./source.ts";
import { Work } from "./work.ts";

export interface WitOptions {
  /**
   * Which features count as enabled: `"all"`, or their names. Items marked `@unstable(feature = x)` are left out of the
   * model unless `x` is among them. Default: none.
   */
  readonly features?: Features;
  /** Bounds on the input, where they should differ from {@link defaultWitLimits}. */
  readonly limits?: Partial<WitLimits>;
}

export interface ParseWitOptions extends WitOptions {
  /** Name of the text in errors and spans. Default `input.wit`. */
  readonly file?: string;
}

/** One WIT file. */
export interface WitFile {
  /** Its name or path in errors and spans; no two files may have the same. */
  readonly file: string;
  readonly text: string;
}

/**
 * A package with everything that it depends on. A folder of WIT files maps to it like this: `files` are the `*.wit` in
 * the folder itself; `dependencies` has one list for each folder `deps/<name>/` with the `*.wit` in it, and one for
 * each single file `deps/<name>.wit`.
 */
export interface WitSource {
  /** The files of the main package. */
  readonly files: readonly WitFile[];
  /** The files of each other package, in any order; more packages than are needed do no harm. Default: none. */
  readonly dependencies?: readonly (readonly WitFile[])[];
  /**
   * Packages that were read from binaries (`deps/<name>.wasm`), each with what it knows of the packages that it depends
   * on; of those, a package that is given as text counts instead. They come first in the model. Default: none.
   */
  readonly decoded?: readonly ResolvedWit[];
}

/** A model, and which of its packages is the one that was asked for. */
export interface ResolvedWit {
  readonly resolve: Resolve;
  readonly main: PackageId;
}

/**
 * Reads one WIT text, which may hold several nested packages but has to hold everything that it refers to.
 *
 * @throws WitSourceError at the first thing that is wrong.
 */
export function parseWit(text: string, options: ParseWitOptions = {}): Resolve {
  return resolveWit({ files: [{ file: options.file ?? "input.wit", text }] }, options).resolve;
}

/**
 * Reads a package of one or several files together with its dependencies. No file is opened: the texts are given.
 *
 * @throws WitSourceError at the first thing that is wrong.
 */
export function resolveWit(source: WitSource, options: WitOptions = {}): ResolvedWit {
  return resolveCounting(source, options, new Work());
}

/** {@link resolveWit} with the work counted, for tests of how it grows. */
export function resolveCounting(source: WitSource, options: WitOptions, work: Work): ResolvedWit {
  const wanted = { ...defaultWitLimits, ...options.limits };
  const limits = { ...wanted, depth: Math.min(wanted.depth, greatestDepth) };
  const sources = new Map<string, Source>();
  let length = 0;
  const groups = [source.files, ...(source.dependencies ?? [])].map((files) =>
    readGroup(files, (file) => {
      length += file.text.length;
      if (length > limits.totalLength) {
        const reason = `the texts are more than ${limits.totalLength} characters long together`;
        throw new WitSourceError(`${reason}; leave some out or raise limits.totalLength`, undefined, "");
      }
      const added = addSource(sources, file);
      return parseFile(added, limits, work);
    }),
  );
  const locals = new Map<string, LocalPackage>();
  for (const syntax of groups.flat()) addPackage(locals, syntax, work);
  const decoded = new Set<LocalPackage>();
  for (const file of decodedFiles(source.decoded ?? [], locals)) {
    for (const syntax of readGroup([file], (text) => parseFile(addSource(sources, text), limits, work))) {
      decoded.add(addPackage(locals, syntax, work));
    }
  }
  const given = [...locals.values()].map(({ syntax }) => syntax.name);
  const model = new ModelBuilder(given, new Gates(options.features ?? []), sources, limits, work);
  for (const local of inDependencyOrder(locals, decoded, work)) linkPackage(model, local);
  const main = groups[0]?.at(-1)?.name;
  return { resolve: finish(model), main: (main && model.packageIds.get(formatPackageName(main))) ?? 0 };
}

function addSource(sources: Map<string, Source>, { file, text }: WitFile): Source {
  if (sources.has(file)) {
    const reason = `two files are called "${file}"; give each file a name of its own`;
    throw new WitSourceError(reason, { file, line: 1, column: 1 }, "");
  }
  const source = new Source(file, text);
  sources.set(file, source);
  return source;
}

/** Decoded packages as texts: each main package, and what they know of others where nobody else knows those. */
function decodedFiles(decoded: readonly ResolvedWit[], given: ReadonlyMap<string, unknown>): WitFile[] {
  const mains = new Map<string, WitFile>();
  const others = new Map<string, WitFile>();
  for (const { resolve, main } of decoded) {
    resolve.packages.forEach((item, id) => {
      const file = formatPackageName(item.name);
      const text = printWit(resolve, id);
      if (id === main) mains.set(file, { file, text });
      else if (text.length > (others.get(file)?.text.length ?? 0)) others.set(file, { file, text });
    });
  }
  const needed = [...others].filter(([name]) => !mains.has(name) && !given.has(name));
  return [...mains.values(), ...needed.map(([, file]) => file)];
}

function addPackage(locals: Map<string, LocalPackage>, syntax: PackageSyntax, work: Work): LocalPackage {
  const name = formatPackageName(syntax.name);
  const known = locals.get(name);
  if (known !== undefined) {
    const { source, start } = known.syntax.place;
    const { file, line } = source.span(start);
    throw errorAt(syntax.place, `the package ${name} is also defined at ${file}:${line}; remove one of the two`);
  }
  const local = new LocalPackage(syntax, work);
  locals.set(name, local);
  return local;
}

/** The packages of a group of files: those nested in it, then the one that the files make up together. */
function readGroup(files: readonly WitFile[], parse: (file: WitFile) => PackageFile): PackageSyntax[] {
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const parsed = sorted.map(parse);
  const nested = parsed.flatMap((file) => file.nested.map(nestedPackage));
  return [...nested, joinFiles(parsed, sorted[0]?.file)];
}

function nestedPackage(file: PackageFile): PackageSyntax {
  const [inner] = file.nested;
  if (inner?.header !== undefined) {
    throw errorAt(inner.header.place, "a package can only be nested in a file, not in another package; move it out");
  }
  return packageOf(file.header as PackageHeader, [file]);
}

/** One file with a header is enough; where several have one, they must agree. */
function joinFiles(files: readonly PackageFile[], firstFile: string | undefined): PackageSyntax {
  let found: PackageHeader | undefined;
  let documented: PackageHeader | undefined;
  for (const { header } of files) {
    if (header === undefined) continue;
    const [name, known] = [formatPackageName(packageNameOf(header)), found && formatPackageName(packageNameOf(found))];
    if (known !== undefined && name !== known) {
      throw errorAt(
        header.place,
        `this file belongs to the package ${name}, but a file before it to ${known}; they must agree`,
      );
    }
    if (header.comments.length > 0) {
      if (documented !== undefined) {
        throw errorAt(header.place, `the package ${name} is documented in two files; keep the comment in one of them`);
      }
      documented = header;
    }
    found = header;
  }
  if (found === undefined) {
    const place = firstFile === undefined ? undefined : { file: firstFile, line: 1, column: 1 };
    throw new WitSourceError(
      'there is no package header; begin a file with "package namespace:name;" (packages in braces do not count)',
      place,
      "",
    );
  }
  return packageOf({ ...found, comments: documented?.comments ?? [] }, files);
}

function packageOf(header: PackageHeader, files: readonly PackageFile[]): PackageSyntax {
  const docs = docsOf(header.comments);
  const name: PackageName = packageNameOf(header);
  const place: Place = header.place;
  return { name, place, ...(docs === undefined ? {} : { docs }), files: files.map((file) => file.items) };
}

/**
 * Dependencies first, otherwise by name and version: the order of the texts has no influence on the model. Decoded
 * packages come before those that were given as text.
 */
function inDependencyOrder(
  locals: ReadonlyMap<string, LocalPackage>,
  decoded: ReadonlySet<LocalPackage>,
  work: Work,
): LocalPackage[] {
  const sorted = [...locals.values()].sort(
    (a, b) => Number(decoded.has(b)) - Number(decoded.has(a)) || comparePackageNames(a.syntax.name, b.syntax.name),
  );
  const done = new Set<LocalPackage>();
  const open = new Set<LocalPackage>();
  const stack: { readonly local: LocalPackage; readonly dependencies: Iterator<[string, { place: Place }]> }[] = [];
  const enter = (local: LocalPackage): void => {
    open.add(local);
    stack.push({ local, dependencies: local.foreign.entries() });
  };
  for (const root of sorted) {
    if (!done.has(root)) enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      work.visited++;
      const next = top.dependencies.next();
      if (next.done === true) {
        stack.pop();
        open.delete(top.local);
        done.add(top.local);
        continue;
      }
      const [name, { place }] = next.value;
      const dependency = locals.get(name);
      if (dependency === undefined || done.has(dependency)) continue;
      if (open.has(dependency))
        throw errorAt(place, `the package ${name} depends on itself${through(stack, dependency)}`);
      enter(dependency);
    }
  }
  return [...done];
}

/** ` through …, …; …` for a cycle, nothing for a package that names itself. */
function through(stack: readonly { readonly local: LocalPackage }[], from: LocalPackage): string {
  const start = stack.findIndex(({ local }) => local === from);
  const names = stack.slice(start + 1).map(({ local }) => formatPackageName(local.syntax.name));
  if (names.length === 0) return "; within a package, items are named without it";
  return ` through ${names.slice(0, 5).join(", ")}; move what they share into a package of its own`;
}
