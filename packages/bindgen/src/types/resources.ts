import type { Annotated, Func } from "@witwire/wit/model";
import type { Resource } from "../model/members.ts";
import type { Doc } from "../text/doc.ts";
import { documented } from "../text/doc-comment.ts";
import { block } from "../text/syntax.ts";
import type { FunctionWriter } from "./functions.ts";

/** The names of a resource's types. */
export interface ResourceNames {
  /** An object of it, and its class, for those who call it. */
  readonly client: string;
  readonly clientClass: string;
  /** The same for those who implement it. */
  readonly handler: string;
  /** The class whose objects are made with `new`, and the one that has a static function for it. */
  readonly handlerClass: string;
  readonly handlerFactory: string;
}

/** Declares what callers and implementations know of a resource: objects and classes. */
export class ResourceWriter {
  readonly #functions: FunctionWriter;
  /** Name of the symbol `construct` in types. */
  readonly #construct: () => string;

  constructor(functions: FunctionWriter, construct: () => string) {
    this.#functions = functions;
    this.#construct = construct;
  }

  declare(resource: Resource, names: ResourceNames, annotation: Annotated): Doc[] {
    const { docs, stability } = annotation;
    const ofHandler = joined(docs, "As implementations see it.");
    return [
      ...this.declareForCallers(resource, names, annotation),
      documented({ docs: ofHandler, stability }, this.#handlerObject(resource, names)),
      ...this.#handlerClasses(resource, names),
    ];
  }

  /** What callers know of a resource alone. */
  declareForCallers(resource: Resource, names: ResourceNames, { docs, stability }: Annotated): Doc[] {
    return [
      documented({ docs, stability }, this.#clientObject(resource, names)),
      documented(
        { docs: `Creates a {@link ${names.client}}, and has its static functions.` },
        this.#clientClass(resource, names),
      ),
    ];
  }

  #handlerClasses(resource: Resource, names: ResourceNames): Doc[] {
    const { factory } = resource;
    const docs = `The class that implements {@link ${names.handler}}`;
    if (factory === undefined) {
      return [documented({ docs: `${docs}.` }, this.#handlerClass(names.handlerClass, resource, names))];
    }
    const made = this.#functions.constructSignature(factory, names.handler);
    const created = this.#functions.factoryMember(factory, `[${this.#construct()}]`, names.handler);
    return [
      documented({ docs: `${docs}.` }, this.#handlerClass(names.handlerClass, resource, names, made)),
      documented(
        { docs: `${docs} and creates its objects itself, perhaps asynchronously.` },
        this.#handlerClass(names.handlerFactory, resource, names, created),
      ),
    ];
  }

  #clientObject({ methods }: Resource, names: ResourceNames): Doc {
    const members = uniqueFunctions(this.#functions, methods);
    const tagged = [
      documented(
        { docs: 'The same in the form that returns `{ tag: "ok" | "err", val }` instead of throwing `WitError`.' },
        members.length === 0
          ? "readonly $tagged: object;"
          : ["readonly $tagged: ", block(members.map((func) => this.#functions.taggedMethod(func))), ";"],
      ),
    ];
    return [
      `export interface ${names.client} extends Disposable `,
      block([...members.map((func) => this.#commented(func, this.#functions.clientMethod(func))), ...tagged]),
    ];
  }

  #clientClass({ factory, statics }: Resource, names: ResourceNames): Doc {
    const members = uniqueFunctions(this.#functions, statics, "prototype");
    const properties = new Set(members.map((func) => this.#functions.property(func)));
    const factories =
      factory === undefined
        ? []
        : [
            ...(properties.has("new")
              ? []
              : [this.#commented(factory, this.#functions.clientProperty("new", factory))]),
            this.#functions.clientProperty(`[${this.#construct()}]`, factory),
          ];
    const methods = members.map((func) => this.#commented(func, this.#functions.clientMethod(func)));
    return [
      `export interface ${names.clientClass} `,
      block([`readonly prototype: ${names.client};`, ...factories, ...methods]),
    ];
  }

  #handlerObject({ methods }: Resource, names: ResourceNames): Doc {
    const members = uniqueFunctions(this.#functions, methods);
    // An interface of nothing but optional members would refuse every class with other members.
    if (members.length === 0) return `export type ${names.handler} = object;`;
    return [
      `export interface ${names.handler} `,
      block([
        ...members.map((func) => this.#commented(func, this.#functions.handlerMember(func))),
        documented({ docs: "Called when the owner lets go of it." }, "[Symbol.dispose]?(): void;"),
      ]),
    ];
  }

  /** @param creation how objects are made; nothing where only other functions make them */
  #handlerClass(name: string, { statics }: Resource, names: ResourceNames, ...creation: Doc[]): Doc {
    const members = uniqueFunctions(this.#functions, statics, "prototype").map((func) =>
      this.#commented(func, this.#functions.handlerMember(func)),
    );
    return [`export interface ${name} `, block([`readonly prototype: ${names.handler};`, ...creation, ...members])];
  }

  #commented(func: Func, member: Doc): Doc {
    return [this.#functions.comment(func), member];
  }
}

function joined(docs: string | undefined, sentence: string): string {
  return docs === undefined ? sentence : `${docs.trim()}\n\n${sentence}`;
}

/** Each member once, by its name in JavaScript. */
export function uniqueFunctions(writer: FunctionWriter, functions: readonly Func[], ...taken: string[]): Func[] {
  const seen = new Set(taken);
  return functions.filter((func) => {
    const property = writer.property(func);
    const isNew = !seen.has(property);
    seen.add(property);
    return isNew;
  });
}
