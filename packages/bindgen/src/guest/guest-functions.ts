import { camelCase, type Func, type Resolve, resultType, wireFunctionName } from "@witwire/wit/model";
import { NameScope } from "../naming/name-scope.ts";
import { reservedWords } from "../naming/reserved.ts";
import { type Doc, group, hardline, render } from "../text/doc.ts";
import { docComment } from "../text/doc-comment.ts";
import { generic, parameters } from "../text/syntax.ts";
import { inside, standing } from "../types/expression.ts";
import type { TypeWriter } from "../types/type-writer.ts";
import type { View } from "../types/view.ts";

/** Which way values go through a function: a guest passes parameters to imports, and gets those of its exports. */
interface Direction {
  readonly params: View;
  readonly result: View;
}

/** Functions that the guest calls, and those that it implements. */
export const imported: Direction = {
  params: { side: "client", passing: true },
  result: { side: "client", passing: false },
};
export const exported: Direction = {
  params: { side: "handler", passing: false, frozen: true },
  result: { side: "handler", passing: true },
};

/** Writes signatures as guests see them: without options or context, and async only where WIT says so. */
export class GuestFunctionWriter {
  readonly #resolve: Resolve;
  readonly #types: TypeWriter;

  constructor(resolve: Resolve, types: TypeWriter) {
    this.#resolve = resolve;
    this.#types = types;
  }

  property(func: Func): string {
    const name = wireFunctionName(func);
    return camelCase(name.slice(name.indexOf(".") + 1));
  }

  /** `export function get(key: string): string;`, also for names that functions cannot have. */
  declaration(func: Func): Doc {
    const name = this.property(func);
    const signature = this.#signature(func, imported);
    if (!reservedWords.has(name)) return [this.comment(func), group(`export function ${name}`, signature, ";")];
    const declared = [this.comment(func), group(`function ${name}_`, signature, ";")];
    // The default export is the interface as a whole.
    return name === "default" ? declared : [declared, hardline, `export { ${name}_ as ${name} };`];
  }

  /** `get(key: string): string;` */
  method(func: Func, direction: Direction, before = ""): Doc {
    const name = this.property(func);
    const written = name === "constructor" ? '["constructor"]' : name;
    return [this.comment(func), group(before, written, this.#signature(func, direction), ";")];
  }

  params(func: Func, direction: Direction): Doc {
    const params = func.kind.tag === "method" ? func.params.slice(1) : func.params;
    const names = new NameScope();
    return parameters(
      // The engine inside the guest wants every argument, also those that are options.
      params.map(({ name, type }) => [names.declare(camelCase(name)), ": ", this.#types.type(type, direction.params)]),
    );
  }

  comment(func: Func): Doc {
    const { docs, stability } = func;
    const kind = resultType(this.#resolve, func.result);
    if (kind === undefined) return docComment({ docs, stability });
    const payload = kind.err === undefined ? "undefined" : this.#types.type(kind.err, exported.result);
    const text = `@throws an error whose \`payload\` is \`${render(payload, Number.POSITIVE_INFINITY)}\``;
    return docComment({ docs, stability, tags: [text] });
  }

  #signature(func: Func, direction: Direction): Doc {
    const kind = resultType(this.#resolve, func.result);
    const type = kind === undefined ? func.result : kind.ok;
    const value = type === undefined ? undefined : this.#types.expression(type, direction.result);
    const isAsync = func.kind.async;
    const result = isAsync
      ? generic("Promise", value === undefined ? "void" : inside(value))
      : value === undefined
        ? "void"
        : standing(value);
    return [this.params(func, direction), ": ", result];
  }
}
