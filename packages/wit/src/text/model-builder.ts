import { referencesOf } from "../model/references.ts";
import type {
  InterfaceId,
  PackageId,
  PackageName,
  Span,
  Type,
  TypeDef,
  TypeId,
  WorldEntry,
  WorldId,
} from "../model/types.ts";
import type { DraftEntries, DraftInterface, DraftModel, DraftPackage, DraftWorld } from "./draft.ts";
import { entryKey } from "./draft.ts";
import { errorAtSpan, WitSourceError } from "./errors.ts";
import type { Gates } from "./gates.ts";
import type { WitLimits } from "./limits.ts";
import type { Source } from "./source.ts";
import type { Work } from "./work.ts";

/** The model that packages are linked into, one after another, and what all of them share while that is done. */
export class ModelBuilder implements DraftModel {
  readonly packages: DraftPackage[] = [];
  readonly interfaces: DraftInterface[] = [];
  readonly worlds: DraftWorld[] = [];
  readonly types: TypeDef[] = [];
  /** Packages by full name. */
  readonly packageIds: Map<string, PackageId> = new Map();
  /** Names of all packages that were given, linked or not. */
  readonly given: readonly PackageName[];
  readonly gates: Gates;
  readonly work: Work;
  readonly #limits: WitLimits;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #dependencies = new Map<InterfaceId, readonly InterfaceId[]>();
  /** Facts about each type, found when it is added: everything that it refers to is there before. */
  readonly #facts: { readonly borrows: boolean; readonly resource: boolean }[] = [];

  constructor(
    given: readonly PackageName[],
    gates: Gates,
    sources: ReadonlyMap<string, Source>,
    limits: WitLimits,
    work: Work,
  ) {
    this.given = given;
    this.gates = gates;
    this.#sources = sources;
    this.#limits = limits;
    this.work = work;
  }

  fail(span: Span | undefined, reason: string): WitSourceError {
    return errorAtSpan(this.#sources, span, reason);
  }

  addType(def: TypeDef): TypeId {
    const { kind } = def;
    this.#count();
    const references = referencesOf(kind);
    this.work.visited += references.length;
    const borrows = kind.tag === "borrow" || (kind.tag !== "own" && references.some((type) => this.borrows(type)));
    const aliased = kind.tag === "alias" && typeof kind.type === "number" ? this.isResource(kind.type) : false;
    this.#facts.push({ borrows, resource: kind.tag === "resource" || aliased });
    return this.types.push(def) - 1;
  }

  addInterface(draft: DraftInterface): InterfaceId {
    for (let items = draft.functions.size; items >= 0; items--) this.#count();
    return this.interfaces.push(draft) - 1;
  }

  addWorld(draft: DraftWorld): WorldId {
    this.#count();
    return this.worlds.push(draft) - 1;
  }

  /** Puts an entry into a list of a world; what was there under its key is replaced. */
  setEntry(entries: DraftEntries, entry: WorldEntry): void {
    this.#count();
    entries.set(entryKey(entry), entry);
  }

  /** Whether a value of the type holds a `borrow`. */
  borrows(type: Type): boolean {
    return typeof type === "number" && this.#facts[type]?.borrows === true;
  }

  /** Whether the type is a resource or an alias of one. */
  isResource(id: TypeId): boolean {
    return this.#facts[id]?.resource === true;
  }

  /** The interface that a type is taken from by `use`. */
  usedFrom(id: TypeId): InterfaceId | undefined {
    const def = this.types[id];
    if (def?.kind.tag !== "alias" || typeof def.kind.type === "string") return undefined;
    const from = this.types[def.kind.type]?.owner;
    if (from?.tag !== "interface") return undefined;
    return def.owner?.tag === "interface" && def.owner.id === from.id ? undefined : from.id;
  }

  /** The interfaces that an interface uses types from, in the order of first use. */
  dependenciesOf(id: InterfaceId): readonly InterfaceId[] {
    const known = this.#dependencies.get(id);
    if (known !== undefined) return known;
    const found = new Set<InterfaceId>();
    for (const type of this.interfaces[id]?.types.values() ?? []) {
      this.work.visited++;
      const from = this.usedFrom(type);
      if (from !== undefined) found.add(from);
    }
    const dependencies = [...found];
    this.#dependencies.set(id, dependencies);
    return dependencies;
  }

  #count(): void {
    this.work.visited++;
    if (++this.work.items > this.#limits.items) {
      const reason = `the model has more than ${this.#limits.items} types, functions and world entries`;
      throw new WitSourceError(`${reason}; leave out what is not needed or raise limits.items`, undefined, "");
    }
  }
}
