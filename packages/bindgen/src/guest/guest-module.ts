import { camelCase, pascalCase, type Resolve, type TypeId, typeDef } from "@witwire/wit/model";
import { gatherMembers, type Members, type Resource } from "../model/members.ts";
import type { TypeTraits } from "../model/traits.ts";
import { functionsOf, typesOf, type Unit } from "../modules/unit.ts";
import { globalTypes } from "../naming/reserved.ts";
import { type Doc, group, hardline, indent } from "../text/doc.ts";
import { docComment, documented } from "../text/doc-comment.ts";
import { ModuleText } from "../text/source-file.ts";
import { block } from "../text/syntax.ts";
import { declareType, unique } from "../types/definitions.ts";
import { type References, TypeWriter } from "../types/type-writer.ts";
import type { View } from "../types/view.ts";
import { guestDialect } from "./guest-dialect.ts";
import { exported, GuestFunctionWriter, imported } from "./guest-functions.ts";

/** The sides of the guest at which an interface stands. */
export interface Sides {
  readonly imported: boolean;
  readonly exported: boolean;
}

/** How types look that hold the guest's own resources. */
const ownView: View = { side: "handler", passing: false };

/** What the modules of a guest share. */
export interface GuestWorkspace {
  readonly resolve: Resolve;
  readonly traits: TypeTraits;
  moduleOf(id: TypeId): GuestModule | undefined;
}

/** `declare module "namespace:package/interface@version" { … }`: what a guest imports of an interface, or has to export. */
export class GuestModule implements References {
  /** What it is imported by. */
  readonly specifier: string;
  readonly unit: Unit;
  readonly text: ModuleText = new ModuleText();
  /** The type of what a guest exports. */
  readonly guestType: string;
  readonly #workspace: GuestWorkspace;
  readonly #sides: Sides;
  readonly #names = new Map<string, string>();
  readonly #types: TypeWriter;
  readonly functions: GuestFunctionWriter;

  constructor(workspace: GuestWorkspace, unit: Unit, specifier: string, sides: Sides) {
    this.#workspace = workspace;
    this.unit = unit;
    this.specifier = specifier;
    this.#sides = sides;
    for (const [name, id] of this.#named) {
      const base = pascalCase(name);
      const wanted = globalTypes.has(base) ? `${pascalCase(unit.label)}${base}` : base;
      for (const suffix of this.#suffixes(id)) {
        const key = `${id} ${suffix}`;
        if (!this.#names.has(key)) this.#names.set(key, this.text.scope.declare(`${wanted}${suffix}`));
      }
    }
    this.guestType = this.text.scope.declare(`${pascalCase(unit.label)}Guest`);
    this.#types = new TypeWriter(workspace.resolve, this, guestDialect);
    this.functions = new GuestFunctionWriter(workspace.resolve, this.#types);
  }

  /** Resources of interfaces that the guest exports are its own; all others are imported. */
  typeName(id: TypeId, view: View): string {
    const owner = this.#workspace.moduleOf(id) ?? this;
    const name = owner.localName(id, view);
    return owner === this ? name : this.text.importType(owner.specifier, name);
  }

  localName(id: TypeId, view: View): string {
    const { resources } = this.#workspace.traits.of(id);
    const own =
      view.side === "handler" && [...resources].some((resource) => this.#workspace.moduleOf(resource)?.isExported);
    return (
      this.#names.get(`${id} ${own && this.#sides.imported ? "Guest" : ""}`) ?? this.#names.get(`${id} `) ?? "unknown"
    );
  }

  get isExported(): boolean {
    return this.#sides.exported;
  }

  /** Whether a guest that exports it has anything to implement. */
  get offersSomething(): boolean {
    const { functions, resources } = this.#members;
    return functions.length > 0 || resources.length > 0;
  }

  get #members(): Members {
    const { resolve } = this.#workspace;
    const { functions, resources } = gatherMembers(resolve, functionsOf(resolve, this.unit, "exports"), this.#named);
    return {
      functions: unique(functions),
      resources: resources.map(({ methods, statics, ...rest }) => ({
        ...rest,
        methods: unique(methods),
        // Classes have a property of this name already.
        statics: unique(statics).filter((func) => this.functions.property(func) !== "prototype"),
      })),
    };
  }

  /** Declares all that the sides need. @param exports further members of what the guest exports */
  write(exports: readonly Doc[] = []): void {
    const members = this.#members;
    this.#declareTypes();
    if (this.#sides.imported) this.#declareImports(members);
    if (!this.#sides.exported) return;
    for (const resource of members.resources) this.#declareOwnResource(resource);
    if (exports.length === 0 && !this.offersSomething) return;
    this.text.add(
      documented({ docs: `What a guest exports as \`${this.unit.name}\`.` }, [
        `export interface ${this.guestType} `,
        block([
          ...exports,
          ...members.resources.map(({ name, id }) => `readonly ${pascalCase(name)}: ${this.#ownName(id, "Class")};`),
          ...members.functions.map((func) => this.functions.method(func, exported)),
        ]),
      ]),
    );
  }

  get doc(): Doc {
    if (this.text.isEmpty) return `declare module ${JSON.stringify(this.specifier)} {}`;
    return [`declare module ${JSON.stringify(this.specifier)} {`, indent(hardline, this.text.content()), hardline, "}"];
  }

  get #named(): (readonly [string, TypeId])[] {
    return typesOf(this.#workspace.resolve, this.unit);
  }

  /** Behind the names of a type: its own resources look different from imported ones of the same name. */
  #suffixes(id: TypeId): string[] {
    const { imported: isImported, exported: isExported } = this.#sides;
    const both = isImported && isExported && this.#workspace.traits.of(id).sided;
    const isResource = typeDef(this.#workspace.resolve, id).kind.tag === "resource";
    return ["", ...(both ? ["Guest"] : []), ...(isExported && isResource ? [both ? "GuestClass" : "Class"] : [])];
  }

  #ownName(id: TypeId, suffix: "" | "Class"): string {
    const base = this.#sides.imported ? "Guest" : "";
    return this.#names.get(`${id} ${base}${suffix}`) ?? "unknown";
  }

  #declareTypes(): void {
    const { resolve, traits } = this.#workspace;
    for (const [, id] of this.#named) {
      const { kind } = typeDef(resolve, id);
      if (kind.tag === "resource") continue;
      const { sided } = traits.of(id);
      const views = new Map<string, View>();
      if (this.#sides.imported || !sided) views.set(this.localName(id, imported.result), imported.result);
      if (this.#sides.exported && sided) views.set(this.localName(id, ownView), ownView);
      const target =
        kind.tag === "alias" && typeof kind.type === "number" ? this.#workspace.moduleOf(kind.type) : undefined;
      if (target === undefined || target === this) {
        this.text.add(...declareType(resolve, id, [...views.values()], this, this.#types));
        continue;
      }
      for (const [local, view] of views) {
        const name = target.localName(kind.tag === "alias" ? (kind.type as TypeId) : id, view);
        this.text.importTypeAs(target.specifier, name, local);
        this.text.reexportType(local);
      }
    }
  }

  #declareImports(members: Members): void {
    for (const resource of members.resources) this.#declareImportedClass(resource);
    for (const func of members.functions) this.text.add(this.functions.declaration(func));
    if (!this.offersSomething) return;
    const instance = this.text.scope.declare(camelCase(this.unit.label));
    const module = `typeof import(${JSON.stringify(this.specifier)})`;
    const hasDefault = members.functions.some((func) => this.functions.property(func) === "default");
    const whole = hasDefault ? `Omit<${module}, "default"> & { default: typeof default_ }` : module;
    const type = `const ${instance}: ${whole};`;
    this.text.add([type, hardline, `export default ${instance};`]);
  }

  #declareImportedClass({ id, factory, methods, statics }: Resource): void {
    const { docs, stability } = typeDef(this.#workspace.resolve, id);
    const made =
      factory === undefined
        ? "private constructor();"
        : [this.functions.comment(factory), group("constructor", this.functions.params(factory, imported), ";")];
    this.text.add(
      documented({ docs, stability }, [
        `export class ${this.#names.get(`${id} `)} `,
        block([
          made,
          ...methods.map((func) => this.functions.method(func, imported)),
          ...statics.map((func) => this.functions.method(func, imported, "static ")),
          "[Symbol.dispose](): void;",
        ]),
      ]),
    );
  }

  #declareOwnResource({ id, factory, methods, statics }: Resource): void {
    const { docs, stability } = typeDef(this.#workspace.resolve, id);
    const name = this.#ownName(id, "");
    const object: Doc =
      methods.length === 0
        ? `export type ${name} = object;`
        : [`export interface ${name} `, block(methods.map((func) => this.functions.method(func, exported)))];
    const made = factory === undefined ? [] : [group("new ", this.functions.params(factory, exported), `: ${name};`)];
    this.text.add(documented({ docs, stability }, object), [
      docComment({ docs: `The class of {@link ${name}}.` }),
      `export interface ${this.#ownName(id, "Class")} `,
      block([`readonly prototype: ${name};`, ...made, ...statics.map((func) => this.functions.method(func, exported))]),
    ]);
  }
}
