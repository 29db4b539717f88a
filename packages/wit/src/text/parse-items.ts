import type {
  Definition,
  Extern,
  FuncSignature,
  Head,
  Id,
  InterfaceMember,
  ResourceMember,
  TypeItem,
  UseItem,
  WorldMember,
} from "./ast.ts";
import { parseAttributes } from "./parse-attributes.ts";
import { parseType } from "./parse-types.ts";
import type { Parser } from "./parser.ts";

/** `{ … }` of an interface. */
export function parseInterfaceMembers(parser: Parser): InterfaceMember[] {
  return members(parser, "interface", (head) => {
    const type = typeItem(parser, head) ?? useItem(parser, head);
    if (type !== undefined) return type;
    if (parser.lexer.kind !== "name" && parser.lexer.kind !== "escaped name") {
      throw parser.unexpected('a function, a type, "use" or "}"', "in an interface");
    }
    const name = parser.id("the name of a function");
    parser.expect(":", `after the function name "${name.name}"`);
    const func = signature(parser);
    parser.expect(";", "after the function");
    return { tag: "func", ...head, name, func };
  });
}

/** `{ … }` of a world. */
export function parseWorldMembers(parser: Parser): WorldMember[] {
  return members(parser, "world", (head) => {
    const type = typeItem(parser, head) ?? useItem(parser, head);
    if (type !== undefined) return type;
    const { kind } = parser.lexer;
    if (kind === "include") return include(parser, head);
    if (kind !== "import" && kind !== "export") {
      throw parser.unexpected('"import", "export", "include", "use", a type or "}"', "in a world");
    }
    parser.lexer.advance();
    return { tag: "extern", direction: kind, ...head, what: extern(parser, kind) };
  });
}

function members<T>(parser: Parser, where: string, member: (head: Head) => T): T[] {
  parser.expect("{", `to open the ${where}`);
  const found: T[] = [];
  while (!parser.eat("}")) {
    found.push(member({ comments: parser.lexer.comments, attributes: parseAttributes(parser) }));
  }
  return found;
}

function typeItem(parser: Parser, head: Head): TypeItem | undefined {
  const { kind } = parser.lexer;
  switch (kind) {
    case "type":
    case "record":
    case "variant":
    case "enum":
    case "flags":
    case "resource": {
      parser.lexer.advance();
      const name = parser.id(`the name of the ${kind}`);
      return { tag: "type", ...head, name, definition: definition(parser, kind) };
    }
    default:
      return undefined;
  }
}

function definition(parser: Parser, kind: "type" | "record" | "variant" | "enum" | "flags" | "resource"): Definition {
  if (kind === "type") {
    parser.expect("=", "after the name of the type");
    const type = parseType(parser);
    parser.expect(";", "after the type");
    return { tag: "alias", type };
  }
  if (kind === "resource") return { tag: kind, members: resourceMembers(parser) };
  parser.expect("{", `to open the ${kind}`);
  switch (kind) {
    case "record":
      return {
        tag: kind,
        fields: parser.list("}", "in the record", () => ({ ...label(parser, "a field"), type: typed(parser) })),
      };
    case "variant":
      return { tag: kind, cases: parser.list("}", "in the variant", () => variantCase(parser)) };
    case "enum":
      return { tag: kind, cases: parser.list("}", "in the enum", () => label(parser, "a case")) };
    case "flags":
      return { tag: kind, flags: parser.list("}", "in the flags", () => label(parser, "a flag")) };
  }
}

function label(parser: Parser, what: string): { comments: readonly string[]; name: Id } {
  const { comments } = parser.lexer;
  return { comments, name: parser.id(`the name of ${what}`) };
}

function typed(parser: Parser): ReturnType<typeof parseType> {
  parser.expect(":", "between a name and its type");
  return parseType(parser);
}

function variantCase(parser: Parser): Extract<Definition, { tag: "variant" }>["cases"][number] {
  const name = label(parser, "a case");
  if (!parser.eat("(")) return name;
  const type = parseType(parser);
  parser.expect(")", "after the payload of the case");
  return { ...name, type };
}

function resourceMembers(parser: Parser): ResourceMember[] {
  if (parser.eat(";")) return [];
  if (parser.lexer.kind !== "{") throw parser.unexpected('";" or "{"', "after the name of the resource");
  return members(parser, "resource", (head) => resourceMember(parser, head));
}

function resourceMember(parser: Parser, head: Head): ResourceMember {
  const { kind, place } = parser.lexer;
  if (kind === "constructor") {
    parser.lexer.advance();
    const func = { async: false, ...paramsAndResult(parser) };
    parser.expect(";", "after the constructor");
    return { tag: "constructor", ...head, name: { name: "constructor", place }, func };
  }
  if (kind !== "name" && kind !== "escaped name") {
    throw parser.unexpected('a function, "constructor" or "}"', "in a resource");
  }
  const name = parser.id("the name of a function");
  parser.expect(":", `after the function name "${name.name}"`);
  const tag = parser.eat("static") ? "static" : "method";
  const func = signature(parser);
  parser.expect(";", "after the function");
  return { tag, ...head, name, func };
}

function signature(parser: Parser): FuncSignature {
  const async = parser.eat("async");
  if (!parser.eat("func"))
    throw parser.unexpected(async ? '"func"' : '"func" or "async func"', "for the function's type");
  return { async, ...paramsAndResult(parser) };
}

function paramsAndResult(parser: Parser): Omit<FuncSignature, "async"> {
  parser.expect("(", "to open the parameters");
  const params = parser.list(")", "in the parameters", () => {
    const name = parser.id("the name of a parameter");
    return { name, type: typed(parser) };
  });
  return parser.eat("->") ? { params, result: parseType(parser) } : { params };
}

function useItem(parser: Parser, head: Head): UseItem | undefined {
  if (!parser.eat("use")) return undefined;
  const path = parser.path("the interface to use from");
  parser.expect(".", "between the interface and the names to use");
  parser.expect("{", "to open the names to use");
  const names = parser.list("}", "in the names to use", () => {
    const name = parser.id("the name of a type");
    return { name, as: parser.eat("as") ? parser.id("the new name") : name };
  });
  parser.expect(";", "after the use");
  return { tag: "use", ...head, path, names };
}

/** `include path;` or `include path with { a as b }`, which takes no semicolon. */
function include(parser: Parser, head: Head): WorldMember {
  parser.lexer.advance();
  const path = parser.path("the world to include");
  if (!parser.eat("with")) {
    if (!parser.eat(";")) throw parser.unexpected('";" or "with"', "after the world to include");
    return { tag: "include", ...head, path, renames: [] };
  }
  parser.expect("{", 'after "with"');
  const renames = parser.list("}", "in the renames", () => {
    const name = parser.id("the name of an import or export");
    parser.expect("as", "between the old and the new name");
    return { name, as: parser.id("the new name") };
  });
  return { tag: "include", ...head, path, renames };
}

/**
 * What follows `import` or `export`. Up to the sign after the second name these look alike: `a: func()`,
 * `a: interface {`, `a: interface-name`, `a: ns:pkg/interface`, `ns:pkg/interface` and `interface`.
 */
function extern(parser: Parser, direction: "import" | "export"): Extern {
  const name = parser.id(`the name of the ${direction}`);
  if (!parser.eat(":")) return endPath(parser, direction, { tag: "path", path: { item: name } });
  const { kind } = parser.lexer;
  if (kind === "func" || kind === "async") {
    const func = signature(parser);
    parser.expect(";", "after the function");
    return { tag: "func", name, func };
  }
  if (parser.eat("interface")) return { tag: "inline", name, members: parseInterfaceMembers(parser) };
  const second = parser.id('"func", "async func", "interface" or the name of an interface');
  if (parser.lexer.kind === "/") {
    return endPath(parser, direction, { tag: "path", path: parser.qualifiedPath(name, second) });
  }
  return endPath(parser, direction, { tag: "named path", name, path: parser.pathAfter(second) });
}

function endPath(parser: Parser, direction: string, found: Extern): Extern {
  parser.expect(";", `after the ${direction}`);
  return found;
}
