import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { FileItem, Head, PackageFile, PackageHeader } from "./ast.ts";
import { errorAt } from "./errors.ts";
import { Lexer } from "./lexer.ts";
import type { WitLimits } from "./limits.ts";
import { parseAttributes } from "./parse-attributes.ts";
import { parseInterfaceMembers, parseWorldMembers } from "./parse-items.ts";
import { Parser } from "./parser.ts";
import type { Source } from "./source.ts";
import type { TokenKind } from "./tokens.ts";
import type { Work } from "./work.ts";

/** Parses one text: its header if it has one, its interfaces and worlds, and the packages nested in it. */
export function parseFile(source: Source, limits: WitLimits, work: Work): PackageFile {
  return parseText(new Parser(new Lexer(source, limits, work)));
}

/** A whole text. `package a:b;` is its header; `package a:b {` at the same place already is a nested package. */
function parseText(parser: Parser): PackageFile {
  const body: FileBody = { items: [], nested: [] };
  if (!at(parser, "package")) return parseBody(parser, body, "end of file", 0);
  const header = parseHeader(parser);
  if (parser.eat(";")) return { header, ...parseBody(parser, body, "end of file", 0) };
  if (!at(parser, "{")) throw parser.unexpected('";" or "{"', "after the name of the package");
  body.nested.push(parseNested(parser, header, 0));
  return parseBody(parser, body, "end of file", 0);
}

function parseHeader(parser: Parser): PackageHeader {
  const { comments } = parser.lexer;
  parser.expect("package", "here");
  const namespace = parser.id("the namespace of the package");
  parser.expect(":", "between the namespace and the name of the package");
  const name = parser.id("the name of the package");
  const version = parser.optionalVersion();
  return { comments, namespace, name, place: { ...namespace.place, end: name.place.end }, ...version };
}

function parseNested(parser: Parser, header: PackageHeader, depth: number): PackageFile {
  const limit = parser.lexer.limits.depth;
  if (depth >= limit)
    throw errorAt(header.place, `packages are nested deeper than the limit of ${limit}; flatten them`);
  if (at(parser, ";")) {
    const reason =
      'a file has one package header, before everything else; put further packages in braces: "package a:b { … }"';
    throw errorAt(parser.lexer.place, reason, { expected: '"{"' });
  }
  parser.expect("{", "after the name of the package");
  return { header, ...parseBody(parser, { items: [], nested: [] }, "}", depth + 1) };
}

function parseBody(parser: Parser, body: FileBody, close: "}" | "end of file", depth: number): FileBody {
  while (!eatEnd(parser, close)) {
    const head: Head = { comments: parser.lexer.comments, attributes: parseAttributes(parser) };
    if (parser.lexer.kind === "package") {
      const comments = head.attributes.length > 0 ? [] : head.comments;
      const header = { ...parseHeader(parser), comments };
      const [attribute] = head.attributes;
      if (attribute !== undefined) {
        throw errorAt(attribute.place, "a package cannot have a gate; put it on the interfaces and worlds within");
      }
      body.nested.push(parseNested(parser, header, depth));
    } else body.items.push(parseItem(parser, head, close));
  }
  return body;
}

function eatEnd(parser: Parser, close: "}" | "end of file"): boolean {
  return close === "}" ? parser.eat("}") : parser.lexer.kind === "end of file";
}

function parseItem(parser: Parser, head: Head, close: "}" | "end of file"): FileItem {
  switch (parser.lexer.kind) {
    case "interface": {
      parser.lexer.advance();
      const name = parser.id("the name of the interface");
      return { tag: "interface", ...head, name, members: parseInterfaceMembers(parser) };
    }
    case "world": {
      parser.lexer.advance();
      const name = parser.id("the name of the world");
      return { tag: "world", ...head, name, members: parseWorldMembers(parser) };
    }
    case "use":
      return parseTopLevelUse(parser, head);
    default: {
      const [end, where] =
        close === "}" ? [', "package" or "}"', "in a package"] : [' or "package"', "at the top level"];
      const error = parser.unexpected(`"interface", "world", "use"${end}`, where);
      const hint = didYouMean(parser.lexer.text, ["interface", "world", "use", "package"]);
      throw errorAt(parser.lexer.place, error.reason + hint, { expected: error.expected });
    }
  }
}

function parseTopLevelUse(parser: Parser, head: Head): FileItem {
  const { place } = parser.lexer;
  parser.lexer.advance();
  if (head.attributes.length > 0) {
    throw errorAt(place, "a top-level use cannot have a gate; put it on the items that need it");
  }
  const path = parser.path("the interface or world to use");
  const name = parser.eat("as") ? parser.id("the new name") : path.item;
  parser.expect(";", "after a top-level use");
  return { tag: "use", path, name };
}

function at(parser: Parser, kind: TokenKind): boolean {
  return parser.lexer.kind === kind;
}

interface FileBody {
  readonly items: FileItem[];
  readonly nested: PackageFile[];
}
