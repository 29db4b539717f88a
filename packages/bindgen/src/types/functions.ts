import { camelCase, type Func, type Resolve, resultType, type Type, wireFunctionName } from "@witwire/wit/model";
import type { TypeTraits } from "../model/traits.ts";
import { NameScope } from "../naming/name-scope.ts";
import { type Doc, group, render } from "../text/doc.ts";
import { type Comment, docComment } from "../text/doc-comment.ts";
import { generic, parameters } from "../text/syntax.ts";
import { inside } from "./expression.ts";
import type { TypeWriter } from "./type-writer.ts";
import { clientGets, clientPasses, handlerGets, handlerGetsResources, handlerPasses, type View } from "./view.ts";

/** Names of types of `@witwire/wit/values` that signatures need. */
export interface SignatureNames {
  readonly callOptions: () => string;
  readonly callContext: () => string;
  readonly maybePromise: () => string;
}

/** Names that mean something else where an interface has them as methods. */
const notMethods: ReadonlySet<string> = new Set(["new", "constructor"]);

/** Writes the signatures of functions, as callers and implementations see them. */
export class FunctionWriter {
  readonly #resolve: Resolve;
  readonly #types: TypeWriter;
  readonly #traits: TypeTraits;
  readonly #names: SignatureNames;

  constructor(resolve: Resolve, types: TypeWriter, traits: TypeTraits, names: SignatureNames) {
    this.#resolve = resolve;
    this.#types = types;
    this.#traits = traits;
    this.#names = names;
  }

  /** The name of the JavaScript function. */
  property(func: Func): string {
    const name = wireFunctionName(func);
    return camelCase(name.slice(name.indexOf(".") + 1));
  }

  /** `get(key: string, options?: CallOptions): Promise<string>;` */
  clientMethod(func: Func): Doc {
    const name = this.property(func);
    if (notMethods.has(name)) return this.clientProperty(name, func);
    return group(name, this.#clientParams(func), ": ", this.#promised(func), ";");
  }

  /** The same as a property, for names that cannot be those of methods. */
  clientProperty(name: string, func: Func): Doc {
    return group("readonly ", name, ": ", this.#clientParams(func), " => ", this.#promised(func), ";");
  }

  /** The form that does not throw. */
  taggedMethod(func: Func): Doc {
    const name = this.property(func);
    if (notMethods.has(name)) {
      return group("readonly ", name, ": ", this.#clientParams(func), " => ", this.#promised(func, true), ";");
    }
    return group(name, this.#clientParams(func), ": ", this.#promised(func, true), ";");
  }

  /**
   * `readonly get: (key: string, context: CallContext) => MaybePromise<string>;`, or a method where resources are among the
   * parameters: implementations may then name their own classes, which hold more than the contract says.
   */
  handlerMember(func: Func, property: Doc = this.property(func)): Doc {
    const answer = generic(this.#names.maybePromise(), inside(this.#returned(func, handlerPasses)));
    const params = this.#handlerParams(func);
    return this.#takesResources(func)
      ? group(property, params, ": ", answer, ";")
      : group("readonly ", property, ": ", params, " => ", answer, ";");
  }

  /** `new (label: string, context: CallContext): ShelfHandler;` */
  constructSignature(func: Func, instance: string): Doc {
    return group("new ", this.#handlerParams(func), ": ", instance, ";");
  }

  /** `[construct](label: string, context: CallContext): MaybePromise<ShelfHandler>;` */
  factoryMember(func: Func, property: Doc, instance: string): Doc {
    return group(property, this.#handlerParams(func), ": ", generic(this.#names.maybePromise(), instance), ";");
  }

  /** The payload of what a function throws; `undefined` where it throws none. */
  errorPayload(func: Func): Doc | undefined {
    const kind = resultType(this.#resolve, func.result);
    if (kind === undefined) return undefined;
    return kind.err === undefined ? "undefined" : this.#types.type(kind.err, clientGets);
  }

  /** What is said about a function. */
  comment(func: Func): Doc {
    const { docs, stability } = func;
    const comment: Comment = { docs, stability };
    const payload = this.errorPayload(func);
    if (payload === undefined) return docComment(comment);
    const type = render(payload, Number.POSITIVE_INFINITY);
    return docComment({ ...comment, tags: [`@throws \`WitError<${type}>\``] });
  }

  #promised(func: Func, tagged = false): Doc {
    const kind = resultType(this.#resolve, func.result);
    if (!tagged || kind === undefined) return generic("Promise", inside(this.#returned(func, clientGets)));
    const value = this.#types.structure(kind, clientGets);
    return generic("Promise", inside(value));
  }

  #returned(func: Func, view: View): ReturnType<TypeWriter["settled"]> {
    const kind = resultType(this.#resolve, func.result);
    return this.#types.settled(kind === undefined ? func.result : kind.ok, view);
  }

  #clientParams(func: Func): Doc {
    const params = this.#valueParams(func);
    const names = new NameScope();
    const last = params.findLastIndex(({ type }) => !this.#types.isOptional(type));
    const written = params.map(({ name, type }, index) => [
      names.declare(camelCase(name)),
      index > last ? "?: " : ": ",
      this.#types.type(type, clientPasses),
    ]);
    return parameters([...written, `${names.declare("options")}?: ${this.#names.callOptions()}`]);
  }

  #handlerParams(func: Func): Doc {
    const names = new NameScope();
    const view = this.#takesResources(func) ? handlerGetsResources : handlerGets;
    const written = this.#valueParams(func).map(({ name, type }) => [
      names.declare(camelCase(name)),
      ": ",
      this.#types.type(type, view),
    ]);
    return parameters([...written, `${names.declare("context")}: ${this.#names.callContext()}`]);
  }

  #takesResources(func: Func): boolean {
    return this.#valueParams(func).some(({ type }) => this.#traits.of(type).sided);
  }

  /** The parameters without `self`. */
  #valueParams(func: Func): readonly { readonly name: string; readonly type: Type }[] {
    return func.kind.tag === "method" ? func.params.slice(1) : func.params;
  }
}
