import type { CoreExternType, CoreLimits } from "./definitions.ts";

/** Says why one core definition cannot be given where the other is wanted, or nothing where it can. */
export function coreMismatch(actual: CoreExternType, expected: CoreExternType): string | undefined {
  if (actual.tag === "core-func" && expected.tag === "core-func") {
    return equal(describeCoreFunction(actual), describeCoreFunction(expected));
  }
  if (actual.tag === "core-table" && expected.tag === "core-table") {
    return equal(`a table of ${actual.element}`, `a table of ${expected.element}`) ?? limitsMismatch(actual, expected);
  }
  if (actual.tag === "core-memory" && expected.tag === "core-memory") return limitsMismatch(actual, expected);
  if (actual.tag === "core-global" && expected.tag === "core-global") {
    return equal(describeGlobal(actual), describeGlobal(expected));
  }
  if (actual.tag === "core-tag" && expected.tag === "core-tag") {
    return equal(actual.params.join(" "), expected.params.join(" "));
  }
  return equal(describeCoreSort(actual.tag), describeCoreSort(expected.tag));
}

/** `(i32 i32) -> (i64)` */
export function describeCoreFunction(func: {
  readonly params: readonly string[];
  readonly results: readonly string[];
}): string {
  return `(${func.params.join(" ")}) -> (${func.results.join(" ")})`;
}

export function describeCoreSort(tag: CoreExternType["tag"]): string {
  return `a core ${tag === "core-func" ? "function" : tag.slice("core-".length)}`;
}

function describeGlobal(global: { readonly type: string; readonly mutable: boolean }): string {
  return `a ${global.mutable ? "mutable" : "constant"} global of ${global.type}`;
}

function limitsMismatch(
  { limits: actual }: { readonly limits: CoreLimits },
  { limits: expected }: { readonly limits: CoreLimits },
): string | undefined {
  if (actual.wide !== expected.wide) return "the index types differ, i32 and i64";
  if (actual.shared !== expected.shared) return "only one of the two is shared";
  if (actual.pageSize !== expected.pageSize) return "the page sizes differ";
  if (actual.minimum < expected.minimum) {
    return `mismatch in limits: expected at least ${expected.minimum}, found ${actual.minimum}`;
  }
  if (expected.maximum === undefined) return undefined;
  if (actual.maximum === undefined || actual.maximum > expected.maximum) {
    return `mismatch in limits: expected at most ${expected.maximum}, found ${actual.maximum ?? "no maximum"}`;
  }
  return undefined;
}

function equal(actual: string, expected: string): string | undefined {
  return actual === expected ? undefined : `expected ${expected}, found ${actual}`;
}
