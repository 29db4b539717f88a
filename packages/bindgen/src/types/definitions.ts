import { camelCase, type Field, type Flag, type Resolve, type TypeId, typeDef } from "@witwire/wit/model";
import type { Doc } from "../text/doc.ts";
import { documented } from "../text/doc-comment.ts";
import { block } from "../text/syntax.ts";
import { standing } from "./expression.ts";
import type { References, TypeWriter } from "./type-writer.ts";
import type { View } from "./view.ts";

/** Declares a type of a contract, once for each of the given views. Resources are declared elsewhere. */
export function declareType(
  resolve: Resolve,
  id: TypeId,
  views: readonly View[],
  references: References,
  writer: TypeWriter,
): Doc[] {
  const { docs, stability } = typeDef(resolve, id);
  return views.map((view) =>
    documented({ docs: viewDocs(docs, view), stability }, declaration(resolve, id, view, references, writer)),
  );
}

function viewDocs(docs: string | undefined, { side, passing }: View): string | undefined {
  const who = side === "handler" ? "As implementations see it." : undefined;
  const way = passing ? "What may be passed for it." : undefined;
  const parts = [docs?.trim(), who, way].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join("\n\n");
}

function declaration(resolve: Resolve, id: TypeId, view: View, references: References, writer: TypeWriter): Doc {
  const { kind } = typeDef(resolve, id);
  const name = references.typeName(id, view);
  if (kind.tag === "record" && kind.fields.length > 0) {
    return [`export interface ${name} `, block(unique(kind.fields).map((field) => recordField(field, view, writer)))];
  }
  if (kind.tag === "flags" && kind.flags.length > 0) {
    return [`export interface ${name} `, block(unique(kind.flags).map(flagField))];
  }
  return [`export type ${name} = `, standing(writer.structure(kind, view)), ";"];
}

function recordField({ name, type, docs }: Field, view: View, writer: TypeWriter): Doc {
  const expression = writer.expression(type, view);
  if (!writer.isOptional(type)) return documented({ docs }, [camelCase(name), ": ", standing(expression), ";"]);
  const { members: given } = expression;
  const members = given.includes("undefined") ? given : [...given, "undefined"];
  return documented({ docs }, [camelCase(name), "?: ", standing({ members }), ";"]);
}

function flagField({ name, docs }: Flag): Doc {
  return documented({ docs }, [camelCase(name), "?: boolean | undefined;"]);
}

/** WIT names that differ only in hyphens before digits are one name in JavaScript. */
export function unique<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter(({ name }) => {
    const key = camelCase(name);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
