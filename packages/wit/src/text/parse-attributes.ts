import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { Attribute } from "./ast.ts";
import { errorAt } from "./errors.ts";
import type { Parser } from "./parser.ts";
import { readString } from "./string-literal.ts";

const none: readonly Attribute[] = [];
const known = ["since", "unstable", "deprecated", "external-id"];

/** `@since(version = 1.2.3)`, `@unstable(feature = name)`, `@deprecated(version = 1.2.3)` and `@external-id("…")`. */
export function parseAttributes(parser: Parser): readonly Attribute[] {
  if (parser.lexer.kind !== "@") return none;
  const attributes: Attribute[] = [];
  while (parser.eat("@")) attributes.push(attribute(parser));
  return attributes;
}

function attribute(parser: Parser): Attribute {
  const { name, place } = parser.id('an attribute after "@"');
  if (!known.includes(name)) {
    const hint = didYouMean(name, known) || '; there are "since", "unstable", "deprecated" and "external-id"';
    throw errorAt(place, `"@${name}" is not an attribute${hint}`);
  }
  parser.expect("(", `after "@${name}"`);
  const found = argument(parser, name, place);
  parser.expect(")", `to close "@${name}"`);
  return found;
}

function argument(parser: Parser, name: string, place: Attribute["place"]): Attribute {
  if (name === "since" || name === "deprecated") {
    argumentName(parser, name, "version");
    return { tag: name, version: parser.lexer.version().text, place };
  }
  if (name === "unstable") {
    argumentName(parser, name, "feature");
    return { tag: name, feature: parser.id("the name of the feature").name, place };
  }
  const { lexer } = parser;
  if (lexer.kind !== "text") throw parser.unexpected("a string", 'in "@external-id"');
  const { value } = readString(lexer.source, lexer.start);
  lexer.advance();
  return { tag: "external-id", value, place };
}

function argumentName(parser: Parser, attributeName: string, expected: string): void {
  const { name, place } = parser.id(`"${expected} = …" in "@${attributeName}"`);
  if (name !== expected) {
    throw errorAt(place, `"@${attributeName}" takes "${expected} = …", not "${name}"`, { expected: `"${expected}"` });
  }
  parser.expect("=", `after "${expected}"`);
}
