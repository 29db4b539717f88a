import { formatPackageName } from "../model/names.ts";
import type { PackageName, Stability } from "../model/types.ts";
import type { Attribute } from "./ast.ts";
import { errorAt, type WitSourceError } from "./errors.ts";
import { compareVersions } from "./version.ts";

/** Which features count as enabled: all of them, or the named ones. */
export type Features = "all" | readonly string[];

/** The stability that the attributes of an item declare. */
export function stabilityOf(attributes: readonly Attribute[]): Stability | undefined {
  if (attributes.length === 0) return undefined;
  const since = only(attributes, "since");
  const unstable = only(attributes, "unstable");
  const deprecated = only(attributes, "deprecated");
  if (since !== undefined && unstable !== undefined) {
    throw errorAt(since.place, '"@since" and "@unstable" exclude each other; remove one of them');
  }
  const old = deprecated === undefined ? {} : { deprecated: deprecated.version };
  if (since !== undefined) return { tag: "stable", since: since.version, ...old };
  if (unstable !== undefined) return { tag: "unstable", feature: unstable.feature, ...old };
  if (deprecated === undefined) return undefined;
  throw errorAt(deprecated.place, '"@deprecated" needs "@since" or "@unstable" beside it; add the one that applies');
}

/** The value of `@external-id`. */
export function externalIdOf(attributes: readonly Attribute[]): string | undefined {
  return only(attributes, "external-id")?.value;
}

type AttributeOf<Tag> = Extract<Attribute, { readonly tag: Tag }>;

function only<Tag extends Attribute["tag"]>(attributes: readonly Attribute[], tag: Tag): AttributeOf<Tag> | undefined {
  const [first, second] = attributes.filter((attribute): attribute is AttributeOf<Tag> => attribute.tag === tag);
  if (second !== undefined) throw errorAt(second.place, `"@${tag}" is given twice; remove one of them`);
  return first;
}

/** Decides which items are part of the model. */
export class Gates {
  readonly #features: ReadonlySet<string> | "all";

  constructor(features: Features) {
    this.#features = features === "all" ? "all" : new Set(features);
  }

  /**
   * Whether an item with this stability is left in. Unstable items need their feature. `fail` makes the error for
   * a version that the package has not reached.
   */
  includes(stability: Stability | undefined, owner: PackageName, fail: (reason: string) => WitSourceError): boolean {
    if (stability === undefined) return true;
    if (stability.tag === "unstable") return this.#features === "all" || this.#features.has(stability.feature);
    const { since } = stability;
    if (owner.version === undefined) {
      throw fail(
        `"@since(version = ${since})" needs a version to compare with, but the package ${formatPackageName(owner)} has none; add one as in "package ${formatPackageName(owner)}@${since};"`,
      );
    }
    if (compareVersions(since, owner.version) > 0) {
      throw fail(
        `"@since(version = ${since})" is later than the package's own version ${owner.version}; raise the version of ${owner.namespace}:${owner.name}, or use "@unstable" until it is released`,
      );
    }
    return true;
  }
}
