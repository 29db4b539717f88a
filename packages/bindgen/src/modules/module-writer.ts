import { type Func, pascalCase, type Resolve, type TypeId, typeDef } from "@witwire/wit/model";
import { gatherMembers, type Members, type Resource } from "../model/members.ts";
import type { TypeTraits } from "../model/traits.ts";
import type { Doc } from "../text/doc.ts";
import { documented } from "../text/doc-comment.ts";
import type { SourceFile } from "../text/source-file.ts";
import { block, propertyKey } from "../text/syntax.ts";
import { declareType } from "../types/definitions.ts";
import { hostDialect } from "../types/dialect.ts";
import { FunctionWriter } from "../types/functions.ts";
import { ResourceWriter, uniqueFunctions } from "../types/resources.ts";
import { type References, TypeWriter } from "../types/type-writer.ts";
import { type View, viewSuffix, viewsOf } from "../types/view.ts";
import type { ModuleNames } from "./module-names.ts";
import { relativePath } from "./paths.ts";
import { typesOf, type Unit } from "./unit.ts";

const valuesModule = "@witwire/wit/values";

/** What the modules of one run share. */
export interface Workspace {
  readonly resolve: Resolve;
  readonly traits: TypeTraits;
  /** The module that defines a type; `undefined` for anonymous types. */
  moduleOf(id: TypeId): ModuleNames | undefined;
  /** How a type is really seen where a view is asked for. */
  viewOf(id: TypeId, view: View): View;
  /** The same for a type that a unit brings in from elsewhere. */
  viewOfUsed(id: TypeId, view: View, user: Unit): View;
}

/** Writes the types of one interface or world into its module. */
export class ModuleWriter implements References {
  readonly #workspace: Workspace;
  readonly #module: ModuleNames;
  readonly #types: TypeWriter;
  readonly #functions: FunctionWriter;
  readonly #resources: ResourceWriter;

  constructor(workspace: Workspace, module: ModuleNames) {
    this.#workspace = workspace;
    this.#module = module;
    const { resolve, traits } = workspace;
    const dialect = hostDialect((name) => this.#file.importType(valuesModule, name));
    this.#types = new TypeWriter(resolve, this, dialect);
    this.#functions = new FunctionWriter(resolve, this.#types, traits, {
      callOptions: () => this.#file.importType(valuesModule, "CallOptions"),
      callContext: () => this.#file.importType(valuesModule, "CallContext"),
      maybePromise: () => this.#file.importType(valuesModule, "MaybePromise"),
    });
    this.#resources = new ResourceWriter(this.#functions, () => this.#file.importType(valuesModule, "construct"));
  }

  typeName(id: TypeId, view: View): string {
    const { traits } = this.#workspace;
    if (this.#module.types.has(id)) {
      const seen = this.#isUsed(id) ? this.#workspace.viewOfUsed(id, view, this.#module.unit) : view;
      return this.#localName(id, viewSuffix(traits.of(id), seen));
    }
    const owner = this.#workspace.moduleOf(id);
    const suffix = viewSuffix(traits.of(id), this.#workspace.viewOf(id, view));
    const name = owner?.types.get(id)?.get(suffix) ?? "unknown";
    return owner === undefined ? name : this.#file.importType(relativePath(this.#file.path, owner.path), name);
  }

  /** Declares the types that the unit defines, and passes on those that it uses. */
  declareTypes(): void {
    const { resolve, traits } = this.#workspace;
    for (const [, id] of typesOf(resolve, this.#module.unit)) {
      const { kind } = typeDef(resolve, id);
      if (kind.tag === "resource") continue;
      if (kind.tag === "alias" && typeof kind.type === "number" && this.#reexport(id, kind.type)) continue;
      this.#file.add(...declareType(resolve, id, viewsOf(traits.of(id)), this, this.#types));
    }
  }

  /** The same for a module that only callers need, where resources may be seen otherwise than in the module `base`. */
  declareTypesForCallers(base: ModuleNames): void {
    const { resolve, traits } = this.#workspace;
    for (const [, id] of typesOf(resolve, this.#module.unit)) {
      const { kind } = typeDef(resolve, id);
      const views = viewsOf(traits.of(id)).filter(({ side }) => side === "client");
      const target = kind.tag === "alias" && typeof kind.type === "number" ? kind.type : id;
      const owner = traits.of(id).sided ? this.#workspace.moduleOf(target) : base;
      if (owner === undefined || owner === this.#module) {
        if (kind.tag !== "resource") this.#file.add(...declareType(resolve, id, views, this, this.#types));
        continue;
      }
      for (const view of views) this.#passOn(id, owner, owner === base ? id : target, view);
    }
  }

  #passOn(id: TypeId, owner: ModuleNames, target: TypeId, view: View): void {
    const traits = this.#workspace.traits.of(id);
    const local = this.#localName(id, viewSuffix(traits, view));
    const name = owner.types.get(target)?.get(viewSuffix(traits, this.#workspace.viewOf(target, view))) ?? "unknown";
    this.#file.importTypeAs(relativePath(this.#file.path, owner.path), name, local);
    this.#file.reexportType(local);
  }

  declareResourcesForCallers({ resources }: Members): void {
    for (const resource of resources) {
      const def = typeDef(this.#workspace.resolve, resource.id);
      this.#file.add(...this.#resources.declareForCallers(resource, this.#resourceNames(resource), def));
    }
  }

  /** The functions of one side, and the resources among the unit's types that satisfy a condition. */
  members(functions: readonly Func[], isMember: (id: TypeId) => boolean = () => true): Members {
    const { resolve } = this.#workspace;
    const types = typesOf(resolve, this.#module.unit).filter(([, id]) => isMember(id));
    return gatherMembers(resolve, functions, types);
  }

  declareResources({ resources }: Members): void {
    for (const resource of resources) {
      const def = typeDef(this.#workspace.resolve, resource.id);
      const names = this.#resourceNames(resource);
      this.#file.add(...this.#resources.declare(resource, names, def));
    }
  }

  /** `export interface StoreClient { … }` */
  clientInterface(name: string, docs: string, members: Members): Doc {
    const functions = this.#uniqueFunctions(members);
    const tagged =
      functions.length === 0
        ? "readonly $tagged: object;"
        : ["readonly $tagged: ", block(functions.map((func) => this.#functions.taggedMethod(func))), ";"];
    return documented({ docs }, [
      `export interface ${name} `,
      block([
        ...this.clientMembers(members),
        documented(
          {
            docs: 'The functions in the form that returns `{ tag: "ok" | "err", val }` instead of throwing `WitError`.',
          },
          tagged,
        ),
      ]),
    ]);
  }

  clientMembers(members: Members): Doc[] {
    return [
      ...members.resources.map((resource) => {
        const { clientClass } = this.#resourceNames(resource);
        return `readonly ${pascalCase(resource.name)}: ${clientClass};`;
      }),
      ...this.#uniqueFunctions(members).map((func) => [
        this.#functions.comment(func),
        this.#functions.clientMethod(func),
      ]),
    ];
  }

  /** What an implementation has to have. */
  handlerMembers(members: Members): Doc[] {
    return [
      ...members.resources.map((resource) => {
        const { handlerClass, handlerFactory } = this.#resourceNames(resource);
        const type = resource.factory === undefined ? handlerClass : `${handlerClass} | ${handlerFactory}`;
        return `readonly ${pascalCase(resource.name)}: ${type};`;
      }),
      ...this.#uniqueFunctions(members).map((func) => [
        this.#functions.comment(func),
        this.#functions.handlerMember(func),
      ]),
    ];
  }

  /** The payloads of errors by function: `get`, `Bucket.get`, `Bucket.new`. */
  errorMembers({ functions, resources }: Members): Doc[] {
    const entries = [
      ...functions.map((func) => [this.#functions.property(func), func] as const),
      ...resources.flatMap((resource) => {
        const className = pascalCase(resource.name);
        const all = [...resource.methods, ...resource.statics];
        const named = all.map((func) => [`${className}.${this.#functions.property(func)}`, func] as const);
        const { factory } = resource;
        return factory === undefined ? named : [[`${className}.new`, factory] as const, ...named];
      }),
    ];
    return [...new Map(entries)].flatMap(([name, func]) => {
      const payload = this.#functions.errorPayload(func);
      return payload === undefined ? [] : [[propertyKey(name), ": ", payload, ";"]];
    });
  }

  get #file(): SourceFile {
    return this.#module.file;
  }

  #localName(id: TypeId, suffix: string): string {
    return this.#module.types.get(id)?.get(suffix) ?? "unknown";
  }

  #uniqueFunctions({ functions }: Members): Func[] {
    return uniqueFunctions(this.#functions, functions);
  }

  /** Whether `use` brought a type in. */
  #isUsed(id: TypeId): boolean {
    const { kind } = typeDef(this.#workspace.resolve, id);
    if (kind.tag !== "alias" || typeof kind.type !== "number") return false;
    const owner = this.#workspace.moduleOf(kind.type);
    return owner !== undefined && owner !== this.#module;
  }

  /** A type that `use` brought in is the same type here. */
  #reexport(id: TypeId, target: TypeId): boolean {
    const owner = this.#workspace.moduleOf(target);
    if (owner === undefined || owner === this.#module) return false;
    const module = relativePath(this.#file.path, owner.path);
    for (const [suffix, local] of this.#module.types.get(id) ?? []) {
      this.#file.importTypeAs(module, owner.types.get(target)?.get(suffix) ?? "unknown", local);
      this.#file.reexportType(local);
    }
    return true;
  }

  #resourceNames({ id }: Resource): {
    client: string;
    clientClass: string;
    handler: string;
    handlerClass: string;
    handlerFactory: string;
  } {
    const name = (suffix: string): string => this.#localName(id, suffix);
    return {
      client: name(""),
      clientClass: name("Class"),
      handler: name("Handler"),
      handlerClass: name("HandlerClass"),
      handlerFactory: name("HandlerFactory"),
    };
  }
}
