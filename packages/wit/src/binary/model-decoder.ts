/**
 * Makes the type model of what a binary says about interfaces and worlds. Interfaces of other packages are described
 * wherever they are mentioned, each time only as far as they are used; the model has them once, with all of that.
 */

import { formatPackageName } from "../model/names.ts";
import type {
  Func,
  FuncKind,
  InterfaceId,
  PackageId,
  PackageName,
  Resolve,
  TypeOwner,
  WorldEntry,
  WorldId,
} from "../model/types.ts";
import { type DraftInterface, type DraftPackage, type DraftWorld, entryKey, finish } from "../text/draft.ts";
import { ComponentDecodeError, unsupported } from "./decode-error.ts";
import type { DecodedComponent, ExternDeclaration, FunctionType, InstanceType } from "./definitions.ts";
import { type InterfaceName, parseInterfaceName } from "./interface-name.ts";
import type { DecodeLimits } from "./limits.ts";
import { ModelTypes } from "./model-types.ts";
import { foreignOrder } from "./package-dependencies.ts";

export class ModelDecoder {
  readonly #interfaces: DraftInterface[] = [];
  readonly #worlds: DraftWorld[] = [];
  readonly #types: ModelTypes;
  /** Packages that are mentioned, in order of appearance; the ids of packages are those of this list until the end. */
  readonly #foreign = new Map<string, { readonly index: PackageId; readonly draft: DraftPackage }>();
  readonly #main: DraftPackage;
  /** The interfaces that the main package defines, by full name. */
  readonly #own = new Map<string, InterfaceId>();
  /** Whether a component that is more than WIT can say is described as far as possible. */
  readonly #lenient: boolean;
  readonly #limits: DecodeLimits;
  #items = 0;
  /** Where in the file what is translated begins. */
  offset = 0;

  constructor(decoded: DecodedComponent, main: PackageName, limits: DecodeLimits, lenient: boolean) {
    this.#limits = limits;
    this.#types = new ModelTypes(decoded.types, (reason) => this.#refuse(reason));
    this.#main = { name: main, interfaces: new Map(), worlds: new Map() };
    this.#lenient = lenient;
  }

  /** Adds an interface of the main package, with the interfaces that it uses types from. */
  addInterface(declaration: ExternDeclaration, imports: readonly ExternDeclaration[]): void {
    for (const item of imports) this.#mention(item.name, item);
    this.#define(declaration);
  }

  /** Adds a world of the main package. */
  addWorld(name: string, imports: readonly ExternDeclaration[], exports: readonly ExternDeclaration[]): WorldId {
    const world: DraftWorld = { name, package: mainPackage, imports: new Map(), exports: new Map(), includes: [] };
    const id = this.#worlds.push(world) - 1;
    const owner: TypeOwner = { tag: "world", id };
    for (const item of imports) this.#addEntry(world.imports, this.#entry(item, owner, "import"));
    for (const item of exports) this.#addEntry(world.exports, this.#entry(item, owner, "export"));
    this.#main.worlds.set(name, id);
    return id;
  }

  /** Puts the packages in order, the main package last. */
  finish(): { readonly resolve: Resolve; readonly main: PackageId } {
    const foreign = [...this.#foreign.values()].map(({ draft }) => draft);
    const order = foreignOrder(foreign.length, this.#interfaces, this.#types.types);
    if (order === undefined) {
      throw unsupported(this.offset, "the packages of its interfaces use types from each other in a circle");
    }
    const packages = order.flatMap((index) => foreign[index] ?? []);
    const main = this.#placeMain(packages);
    const position = new Map(order.map((index, at) => [index, at]));
    for (const item of [...this.#interfaces, ...this.#worlds]) item.package = position.get(item.package) ?? main;
    const resolve = finish({ packages, interfaces: this.#interfaces, worlds: this.#worlds, types: this.#types.types });
    return { resolve, main };
  }

  /** A world that is encoded alone mentions the interfaces of its own package as it does those of others. */
  #placeMain(packages: DraftPackage[]): PackageId {
    const full = formatPackageName(this.#main.name);
    const mentioned = packages.findIndex(({ name }) => formatPackageName(name) === full);
    const known = packages[mentioned];
    if (known === undefined) return packages.push(this.#main) - 1;
    for (const [name, id] of this.#main.interfaces) known.interfaces.set(name, id);
    for (const [name, id] of this.#main.worlds) known.worlds.set(name, id);
    return mentioned;
  }

  #addEntry(entries: DraftWorld["imports"], entry: WorldEntry | undefined): void {
    if (entry !== undefined) entries.set(entryKey(entry), entry);
  }

  #entry(declaration: ExternDeclaration, owner: TypeOwner, side: "import" | "export"): WorldEntry | undefined {
    const { name, type, externalId } = declaration;
    switch (type.tag) {
      case "func":
        return { name, item: { tag: "function", func: this.#function(declaration, type.type, owner) } };
      case "instance":
        return this.#interfaceEntry(declaration);
      case "type":
        if (side === "export" && !this.#lenient) throw this.#refuse(`worlds cannot export types, and "${name}" is one`);
        return { name, item: { tag: "type", id: this.#types.define(name, type.type, owner, externalId) } };
      default:
        if (side === "import" || this.#lenient) return undefined;
        throw this.#refuse(`worlds export functions and interfaces, and "${name}" is neither`);
    }
  }

  /** Under the name of an interface, under a plain name that stands for an interface, or written in place. */
  #interfaceEntry(declaration: ExternDeclaration): WorldEntry {
    const { name, implements: implemented, externalId } = declaration;
    const rest = externalId === undefined ? {} : { externalId };
    if (implemented !== undefined) {
      return { name, item: { tag: "interface", id: this.#mention(implemented, declaration), ...rest } };
    }
    if (parseInterfaceName(name) !== undefined) {
      return { item: { tag: "interface", id: this.#mention(name, declaration), ...rest } };
    }
    return { name, item: { tag: "interface", id: this.#define(declaration), ...rest } };
  }

  /** An interface that may be known, at least in part. */
  #mention(name: string, declaration: ExternDeclaration): InterfaceId {
    const own = this.#own.get(name);
    const id = own ?? this.#foreignInterface(name, declaration);
    const draft = this.#interfaces[id];
    if (draft === undefined) throw new RangeError(`the model has no interface ${id}`);
    for (const item of this.#instance(declaration).exports) {
      this.#count();
      if (item.type.tag === "type") {
        const known = draft.types.get(item.name);
        if (known !== undefined) this.#types.identify(item.type.type, known);
        else if (own === undefined) this.#addItem(draft, id, item);
        else throw this.#refuse(`the interface "${name}" has no type "${item.name}"`);
      } else if (!draft.functions.has(item.name)) {
        if (own !== undefined) throw this.#refuse(`the interface "${name}" has no function "${item.name}"`);
        this.#addItem(draft, id, item);
      }
    }
    return id;
  }

  #foreignInterface(name: string, declaration: ExternDeclaration): InterfaceId {
    const parsed = this.#interfaceName(name, declaration);
    const key =
      name.slice(0, name.indexOf("/")) + (parsed.package.version === undefined ? "" : `@${parsed.package.version}`);
    let owner = this.#foreign.get(key);
    if (owner === undefined) {
      const draft: DraftPackage = { name: parsed.package, interfaces: new Map(), worlds: new Map() };
      owner = { index: this.#foreign.size, draft };
      this.#foreign.set(key, owner);
    }
    const known = owner.draft.interfaces.get(parsed.name);
    if (known !== undefined) return known;
    const draft: DraftInterface = { name: parsed.name, package: owner.index, types: new Map(), functions: new Map() };
    const id = this.#interfaces.push(draft) - 1;
    owner.draft.interfaces.set(parsed.name, id);
    return id;
  }

  /** An interface of the main package, or one that a world has written in place. */
  #define(declaration: ExternDeclaration): InterfaceId {
    const parsed = parseInterfaceName(declaration.name, declaration.versionSuffix);
    const known = this.#own.get(declaration.name);
    if (known !== undefined) return this.#mention(declaration.name, declaration);
    const draft: DraftInterface = {
      ...(parsed !== undefined && { name: parsed.name }),
      package: mainPackage,
      types: new Map(),
      functions: new Map(),
    };
    const id = this.#interfaces.push(draft) - 1;
    for (const item of this.#instance(declaration).exports) this.#addItem(draft, id, item);
    if (parsed !== undefined) {
      this.#main.interfaces.set(parsed.name, id);
      this.#own.set(declaration.name, id);
    }
    return id;
  }

  #addItem(draft: DraftInterface, id: InterfaceId, item: ExternDeclaration): void {
    this.#count();
    const owner: TypeOwner = { tag: "interface", id };
    const { name, type } = item;
    if (type.tag === "type") draft.types.set(name, this.#types.define(name, type.type, owner, item.externalId));
    else if (type.tag === "func") draft.functions.set(name, this.#function(item, type.type, owner));
    else throw this.#refuse(`interfaces hold types and functions, and "${name}" is neither`);
  }

  #function({ name, externalId }: ExternDeclaration, type: FunctionType, owner: TypeOwner): Func {
    const params = type.params.map((param) => ({ name: param.name, type: this.#types.use(param.type) }));
    const result = type.result === undefined ? undefined : this.#types.use(type.result);
    return {
      name,
      kind: this.#functionKind(name, type.async, owner),
      params,
      ...(result !== undefined && { result }),
      ...(externalId !== undefined && { externalId }),
    };
  }

  #functionKind(name: string, async: boolean, owner: TypeOwner): FuncKind {
    const annotated = /^\[(constructor|method|static)\]([^.]*)/.exec(name);
    if (annotated === null) return { tag: "freestanding", async };
    const [, tag, resourceName = ""] = annotated;
    const resource = this.#types.resource(owner, resourceName);
    if (tag === "constructor") return { tag, async: false, resource };
    return { tag: tag === "method" ? "method" : "static", async, resource };
  }

  #interfaceName(name: string, { versionSuffix }: ExternDeclaration): InterfaceName {
    const parsed = parseInterfaceName(name, versionSuffix);
    if (parsed === undefined) throw this.#refuse(`"${name}" is not the name of an interface`);
    return parsed;
  }

  #instance({ name, type }: ExternDeclaration): InstanceType {
    if (type.tag !== "instance") throw this.#refuse(`"${name}" should be an interface`);
    return type.type;
  }

  /** The same instance can be exported under any number of names, so the model may be far larger than the file. */
  #count(): void {
    if (++this.#items > this.#limits.definitions) {
      throw new ComponentDecodeError(
        "limit",
        this.offset,
        'too many types and functions; the limit "definitions" can be raised',
      );
    }
  }

  #refuse(reason: string): ComponentDecodeError {
    return unsupported(this.offset, `WIT has no way to say what this component is: ${reason}`);
  }
}

/** Stands for the main package until all packages have their places. */
const mainPackage: PackageId = -1;
