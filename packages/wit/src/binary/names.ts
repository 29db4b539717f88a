import { identifierProblem } from "../text/identifier.ts";
import { invalid } from "./decode-error.ts";

/** The name of an import or export, taken apart; Explainer.md, "Import and Export Definitions". */
export type ExternName = { readonly tag: "label" } | { readonly tag: "interface" } | ResourceFunctionName;

/** `[constructor]resource`, `[method]resource.function` or `[static]resource.function`. */
export interface ResourceFunctionName {
  readonly tag: "constructor" | "method" | "static";
  readonly resource: string;
}

const words = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
const label = "(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*";
const interfacePattern = new RegExp(`^${words}:${words}/${label}(?:@(.+))?$`);
const annotatedPattern = /^\[(constructor|method|static)\](.*)$/s;
const number = "(?:0|[1-9][0-9]*)";
const pre = "(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
const semverPattern = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-${pre}(?:\\.${pre})*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);
const canonicalVersionPattern = /^(?:[1-9][0-9]*|0\.[1-9][0-9]*|0\.0\.[1-9][0-9]*|0\.0\.0)$/;

/** Takes a name apart. `what` is what it names, for messages: `import name`. */
export function parseExternName(name: string, what: string, offset: number, versionSuffix?: string): ExternName {
  const annotated = annotatedPattern.exec(name);
  if (annotated !== null) {
    if (versionSuffix !== undefined) throw invalid(offset, `the ${what} "${name}" has no version to put a suffix to`);
    return annotatedName(name, annotated[1] ?? "", annotated[2] ?? "", what, offset);
  }
  if (name.includes(":") || name.includes("/")) {
    checkInterfaceName(name, what, offset, versionSuffix);
    return { tag: "interface" };
  }
  if (versionSuffix !== undefined) throw invalid(offset, `the ${what} "${name}" has no version to put a suffix to`);
  checkLabel(name, what, offset);
  return { tag: "label" };
}

export function checkLabel(name: string, what: string, offset: number): void {
  const problem = identifierProblem(name);
  if (problem !== undefined) throw invalid(offset, `the ${what} "${name}" is not in kebab case: ${problem}`);
}

/** Checks the name of an interface, `namespace:package/interface@version`. */
export function checkInterfaceName(name: string, what: string, offset: number, versionSuffix?: string): void {
  const found = interfacePattern.exec(name);
  if (found === null) {
    throw invalid(offset, `the ${what} "${name}" is not the name of an interface, namespace:package/interface@version`);
  }
  const version = found[1];
  if (versionSuffix !== undefined) {
    if (version === undefined || !canonicalVersionPattern.test(version)) {
      throw invalid(
        offset,
        `the ${what} "${name}" must end in a canonical version, such as 1 or 0.2, to have a suffix`,
      );
    }
    if (!semverPattern.test(version + versionSuffix)) {
      throw invalid(offset, `the version ${version}${versionSuffix} of "${name}" is not a semantic version`);
    }
  } else if (version !== undefined && !semverPattern.test(version) && !canonicalVersionPattern.test(version)) {
    throw invalid(offset, `the version of the ${what} "${name}" is not a semantic version`);
  }
}

function annotatedName(name: string, kind: string, rest: string, what: string, offset: number): ExternName {
  if (kind === "constructor") {
    checkLabel(rest, what, offset);
    return { tag: "constructor", resource: rest };
  }
  const dot = rest.indexOf(".");
  if (dot < 0) throw invalid(offset, `the ${what} "${name}" must name a resource and a function, as [${kind}]a.b does`);
  const resource = rest.slice(0, dot);
  checkLabel(resource, what, offset);
  checkLabel(rest.slice(dot + 1), what, offset);
  return { tag: kind === "method" ? "method" : "static", resource };
}

/** Names of one place, which must be strongly unique: Explainer.md, "Name Uniqueness". */
export class UniqueNames {
  readonly #what: string;
  readonly #names = new Map<string, string>();

  /** `what` is named, for messages: `import name`. */
  constructor(what: string) {
    this.#what = what;
  }

  add(name: string, offset: number): void {
    const key = canonicalName(name);
    const previous = this.#names.get(key);
    if (previous !== undefined) {
      throw invalid(offset, `the ${this.#what} "${name}" conflicts with previous name "${previous}"`);
    }
    this.#names.set(key, name);
  }
}

function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  const annotated = /^\[(?:method|static)\](.*)$/s.exec(lower);
  if (annotated === null) return lower;
  const rest = annotated[1] ?? "";
  const [resource, member] = rest.split(".");
  return resource === member && resource !== undefined ? resource : rest;
}
