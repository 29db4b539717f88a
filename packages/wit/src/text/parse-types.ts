import type { PrimitiveType } from "../model/types.ts";
import type { TypeNode } from "./ast.ts";
import { errorAt } from "./errors.ts";
import type { Parser } from "./parser.ts";
import type { Place } from "./source.ts";
import { shorten } from "./tokens.ts";

const primitives: ReadonlySet<string> = new Set<PrimitiveType>([
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "string",
  "error-context",
]);

/** A use of a type. `depth` counts the types around it. */
export function parseType(parser: Parser, depth = 0): TypeNode {
  const { lexer } = parser;
  const { kind, place } = lexer;
  if (depth >= lexer.limits.depth) {
    throw errorAt(place, `types are nested deeper than the limit of ${lexer.limits.depth}; name a part with "type"`);
  }
  if (primitives.has(kind)) {
    lexer.advance();
    return { tag: "primitive", type: kind as PrimitiveType, place };
  }
  switch (kind) {
    case "name":
    case "escaped name": {
      const id = parser.id("a type");
      return { tag: "name", id, place };
    }
    case "own":
    case "borrow":
      return handle(parser, kind, place);
    case "list":
      return list(parser, depth, place);
    case "option":
      return bracketed(parser, kind, () => ({ tag: kind, type: parseType(parser, depth + 1), place }));
    case "map":
      return bracketed(parser, kind, () => map(parser, depth, place));
    case "tuple":
      lexer.advance();
      parser.expect("<", 'after "tuple"');
      return { tag: kind, types: parser.list(">", "in the tuple", () => parseType(parser, depth + 1)), place };
    case "result":
      return result(parser, depth, place);
    case "stream":
    case "future":
      return payload(parser, kind, depth, place);
    default:
      throw parser.unexpected("a type", "here");
  }
}

/** `keyword<…>`. */
function bracketed<T>(parser: Parser, kind: "option" | "map" | "own" | "borrow", content: () => T): T {
  parser.lexer.advance();
  parser.expect("<", `after "${kind}"`);
  const found = content();
  parser.expect(">", `to close "${kind}<"`);
  return found;
}

function handle(parser: Parser, kind: "own" | "borrow", place: Place): TypeNode {
  return bracketed(parser, kind, () => ({ tag: kind, resource: parser.id("the name of a resource"), place }));
}

function map(parser: Parser, depth: number, place: Place): TypeNode {
  const key = parseType(parser, depth + 1);
  parser.expect(",", "between the key and the value of the map");
  return { tag: "map", key, value: parseType(parser, depth + 1), place };
}

function list(parser: Parser, depth: number, place: Place): TypeNode {
  parser.lexer.advance();
  parser.expect("<", 'after "list"');
  const type = parseType(parser, depth + 1);
  if (!parser.eat(",")) {
    parser.expect(">", 'to close "list<"');
    return { tag: "list", type, place };
  }
  const length = fixedLength(parser);
  parser.expect(">", 'to close "list<"');
  return { tag: "fixed-length-list", type, length, place };
}

function fixedLength(parser: Parser): number {
  const { kind, text, place } = parser.lexer;
  if (kind !== "number") throw parser.unexpected("the length of the list as a number", 'after "list<…,"');
  const length = Number(text);
  if (length > 0xffff_ffff) throw errorAt(place, `the length ${shorten(text)} of a list is more than 4294967295`);
  parser.lexer.advance();
  return length;
}

/** `result`, `result<T>`, `result<_, E>` or `result<T, E>`. */
function result(parser: Parser, depth: number, place: Place): TypeNode {
  parser.lexer.advance();
  if (!parser.eat("<")) return { tag: "result", place };
  let found: TypeNode;
  if (parser.eat("_")) {
    parser.expect(",", 'after "result<_"');
    found = { tag: "result", err: parseType(parser, depth + 1), place };
  } else {
    const ok = parseType(parser, depth + 1);
    found = parser.eat(",")
      ? { tag: "result", ok, err: parseType(parser, depth + 1), place }
      : { tag: "result", ok, place };
  }
  parser.expect(">", 'to close "result<"');
  return found;
}

function payload(parser: Parser, tag: "stream" | "future", depth: number, place: Place): TypeNode {
  parser.lexer.advance();
  if (!parser.eat("<")) return { tag, place };
  const type = parseType(parser, depth + 1);
  parser.expect(">", `to close "${tag}<"`);
  return { tag, type, place };
}
